// SPDX-License-Identifier: MIT
#include "base/fork_generation.h"

#include <sys/mman.h>

#include <atomic>
#include <bit>

#include "base/map_anywhere.h"
#include "base/page.h"
#include "base/syscall.h"

namespace signet {
namespace {

using Number = std::atomic<uint32_t>;

struct Generations {
  // On the page that is wiped: 0 there means that nobody has asked yet in this process. It is
  // `none` if there is no such page. Chosen once: a lock that somebody has must not get another
  // owner.
  std::atomic<Number*> current = nullptr;
  Number none = 0;
  // Inherited by a child: at least as large as all numbers that were given out before.
  Number last = 0;
};
constinit Generations generations;

// Null if there is no memory, or if the kernel wipes no pages.
Number* MakePage() {
  const long mapped = MapAnywhere(kPageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
  if (sys::Failed(mapped)) return nullptr;
  const auto page = static_cast<uint64_t>(mapped);
  if (!sys::Failed(sys::Advise(page, kPageSize, MADV_WIPEONFORK)))
    return std::bit_cast<Number*>(page);
  sys::Unmap(page, kPageSize);
  return nullptr;
}

Number& ChooseNumber() {
  Number* page = MakePage();
  Number* chosen = nullptr;
  Number* wanted = page != nullptr ? page : &generations.none;
  if (generations.current.compare_exchange_strong(chosen, wanted)) return *wanted;
  if (page != nullptr) sys::Unmap(std::bit_cast<uint64_t>(page), kPageSize);
  return *chosen;  // another thread was faster
}

}  // namespace

uint32_t ForkGeneration() {
  Number* current = generations.current.load();
  Number& number = current != nullptr ? *current : ChooseNumber();
  if (&number == &generations.none) return static_cast<uint32_t>(sys::GetPid());
  if (const uint32_t known = number.load(); known != 0) return known;
  // Inherited first, so that a child that is made right now does not choose the same number.
  uint32_t last = generations.last.load();
  uint32_t mine = 0;
  do {
    mine = last == kMostForkGeneration ? 1 : last + 1;
  } while (!generations.last.compare_exchange_weak(last, mine));
  uint32_t other = 0;
  return number.compare_exchange_strong(other, mine) ? mine : other;
}

}  // namespace signet

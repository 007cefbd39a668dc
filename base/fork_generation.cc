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

// On the page that is wiped: 0 there means that nobody has asked yet in this process.
constinit std::atomic<Number*> the_number = nullptr;
// In memory that a child inherits: at least as large as all numbers that were given out before.
constinit Number last_number = 0;

Number* MakePage() {
  const long mapped = MapAnywhere(kPageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
  if (sys::Failed(mapped)) return nullptr;
  const auto page = static_cast<uint64_t>(mapped);
  auto* number = std::bit_cast<Number*>(page);
  Number* other = nullptr;
  if (!sys::Failed(sys::Advise(page, kPageSize, MADV_WIPEONFORK)) &&
      the_number.compare_exchange_strong(other, number)) {
    return number;
  }
  sys::Unmap(page, kPageSize);
  return other;  // another thread was faster
}

}  // namespace

uint32_t ForkGeneration() {
  Number* number = the_number.load();
  if (number == nullptr) number = MakePage();
  if (number == nullptr) return static_cast<uint32_t>(sys::GetPid());
  if (const uint32_t known = number->load(); known != 0) return known;
  // Inherited first, so that a child that is made right now does not choose the same number.
  uint32_t last = last_number.load();
  uint32_t mine = 0;
  do {
    mine = last == kMostForkGeneration ? 1 : last + 1;
  } while (!last_number.compare_exchange_weak(last, mine));
  uint32_t other = 0;
  return number->compare_exchange_strong(other, mine) ? mine : other;
}

}  // namespace signet

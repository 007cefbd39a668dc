// SPDX-License-Identifier: MIT
#include "sealer/backend/seccomp.h"

#include <errno.h>
#include <linux/seccomp.h>

#include <algorithm>

#include "base/scratch.h"
#include "base/syscall.h"
#include "sealer/backend/mseal.h"
#include "sealer/backend/seccomp_filter.h"

namespace signet {
namespace {

// The kernel takes 32,768 steps in all, and each filter is one more to be run by a checked call.
constexpr unsigned kMostFilters = 7;
constexpr uint64_t kLowest = uint64_t{1} << 32;
constinit unsigned filter_count = 0;

int Install(const sock_filter* code, size_t count) {
  constexpr long kSetNoNewPrivs = 38;  // PR_SET_NO_NEW_PRIVS
  const sock_fprog program = {static_cast<unsigned short>(count), const_cast<sock_filter*>(code)};
  const auto install = [&program] {
    return sys::Call(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
  };
  long result = install();
  if (result == -EACCES) {
    if (const long set = sys::Call(__NR_prctl, kSetNoNewPrivs, 1, 0, 0, 0); sys::Failed(set))
      return sys::Errno(set);
    result = install();
  }
  // A thread with filters of its own cannot follow; the kernel names it.
  return result == 0 ? 0 : sys::Failed(result) ? sys::Errno(result) : EBUSY;
}

bool IsWanted(const signet_ledger_entry& entry) {
  return entry.backend != SIGNET_BACKEND_NONE || entry.reason == SIGNET_REASON_NO_MSEAL ||
         entry.reason == SIGNET_REASON_NOT_ASKED || entry.reason == SIGNET_REASON_REFUSED;
}

// Where programs are not loaded at random addresses, each of them would meet the ranges of this
// one.
bool AddressesAreRandom() {
  constexpr long kQuery = 0xffffffff;
  constexpr long kNoRandomize = 0x0040000;  // ADDR_NO_RANDOMIZE
  return (sys::Call(__NR_personality, kQuery) & kNoRandomize) == 0;
}

}  // namespace

bool HasFilter() { return filter_count != 0; }

int SealBySeccomp(LedgerEntries& entries, uint64_t fixed_start, uint64_t fixed_end) {
  SortByAddress(entries);
  if (!AddressesAreRandom()) return EOPNOTSUPP;
  const Scratch<SealedRange> ranges(kMostFilterRanges);
  const Scratch<sock_filter> code(kMostFilterSteps);
  if (ranges.first() == nullptr || code.first() == nullptr) return ENOMEM;
  for (size_t next = 0; next < entries.size();) {
    if (filter_count == kMostFilters) return E2BIG;
    const size_t begin = next;
    size_t count = 0;
    const auto is_held = [&](const signet_ledger_entry& entry) {
      return IsWanted(entry) && entry.start >= kLowest &&
             (entry.end <= fixed_start || entry.start >= fixed_end);
    };
    for (; next < entries.size(); ++next) {
      const signet_ledger_entry& entry = entries[next];
      if (!is_held(entry)) continue;
      const uint32_t facts = entry.kind == SIGNET_KIND_DATA ? uint32_t{kWritable} : 0;
      SealedRange* last = count != 0 ? &ranges.first()[count - 1] : nullptr;
      if (last != nullptr && last->end == entry.start && last->facts == facts) {
        last->end = entry.end;
      } else if (count == kMostFilterRanges) {
        break;
      } else {
        ranges.first()[count++] = {entry.start, entry.end, facts};
      }
    }
    if (count == 0) return 0;
    const size_t steps = WriteFilter({ranges.first(), count}, code.first());
    if (const int error = Install(code.first(), steps)) return error;
    ++filter_count;
    for (size_t i = begin; i < next; ++i) {
      if (is_held(entries[i]) && entries[i].backend != SIGNET_BACKEND_KERNEL)
        entries[i].backend = SIGNET_BACKEND_SECCOMP;
    }
  }
  return 0;
}

}  // namespace signet

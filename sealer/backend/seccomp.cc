// SPDX-License-Identifier: MIT
#include "sealer/backend/seccomp.h"

#include <errno.h>
#include <linux/seccomp.h>

#include "base/scratch.h"
#include "base/syscall.h"
#include "sealer/backend/seccomp_filter.h"

namespace signet {
namespace {

// The kernel accepts 32,768 steps in all, and a call that is checked runs through every filter.
constexpr unsigned kMostFilters = 7;
// A range that begins lower is not safe from i386 system calls (seccomp_filter.h).
constexpr uint64_t kLowest = uint64_t{1} << 33;
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
  // A positive result is the id of a thread that has other filters, and so cannot get this one.
  return result == 0 ? 0 : sys::Failed(result) ? sys::Errno(result) : EBUSY;
}

// Seals entries, which are sorted by address, with one filter after the other.
class FilterSealer {
 public:
  FilterSealer(LedgerEntries& entries, uint64_t fixed_start, uint64_t fixed_end)
      : entries_(entries), fixed_start_(fixed_start), fixed_end_(fixed_end) {}

  [[gnu::cold]] int Run() {
    if (ranges_.first() == nullptr || code_.first() == nullptr) return ENOMEM;
    for (size_t first = 0; first < entries_.size(); first = next_) {
      if (filter_count == kMostFilters) return E2BIG;
      const size_t range_count = CollectRanges();
      if (range_count == 0) return 0;
      const size_t steps = WriteFilter({ranges_.first(), range_count}, code_.first());
      if (const int error = Install(code_.first(), steps)) return error;
      ++filter_count;
      Settle(first);
    }
    return 0;
  }

 private:
  bool IsForFilter(const signet_ledger_entry& entry) const {
    const bool is_to_be_sealed =
        entry.backend != SIGNET_BACKEND_NONE || entry.reason == SIGNET_REASON_NO_MSEAL ||
        entry.reason == SIGNET_REASON_NOT_ASKED || entry.reason == SIGNET_REASON_REFUSED;
    return is_to_be_sealed && entry.start >= kLowest &&
           (entry.end <= fixed_start_ || entry.start >= fixed_end_);
  }

  // The ranges of the next filter: from the entry next_ on, as far as there is room.
  [[gnu::cold]] size_t CollectRanges() {
    size_t count = 0;
    for (; next_ < entries_.size(); ++next_) {
      const signet_ledger_entry& entry = entries_[next_];
      if (!IsForFilter(entry)) continue;
      const uint32_t facts = entry.kind == SIGNET_KIND_DATA ? uint32_t{kWritable} : 0;
      SealedRange* last = count != 0 ? &ranges_.first()[count - 1] : nullptr;
      if (last != nullptr && last->end == entry.start && last->facts == facts) {
        last->end = entry.end;
      } else if (count == kMostFilterRanges) {
        break;
      } else {
        ranges_.first()[count++] = {entry.start, entry.end, facts};
      }
    }
    return count;
  }

  // The filter for the entries from `first` to next_ is in force.
  [[gnu::cold]] void Settle(size_t first) {
    for (size_t i = first; i < next_; ++i) {
      if (IsForFilter(entries_[i]) && entries_[i].backend != SIGNET_BACKEND_KERNEL)
        entries_[i].backend = SIGNET_BACKEND_SECCOMP;
    }
  }

  LedgerEntries& entries_;
  uint64_t fixed_start_;
  uint64_t fixed_end_;
  size_t next_ = 0;
  const Scratch<SealedRange> ranges_{kMostFilterRanges};
  const Scratch<sock_filter> code_{kMostFilterSteps};
};

}  // namespace

bool HasFilter() { return filter_count != 0; }

int SealBySeccomp(LedgerEntries& entries, uint64_t fixed_start, uint64_t fixed_end) {
  SortByAddress(entries);
  // A filter stays in force after exec. If addresses are not random, a program that this one
  // executes has its memory at the very addresses that the filter covers.
  if (!sys::AddressesAreRandom()) return EOPNOTSUPP;
  return FilterSealer(entries, fixed_start, fixed_end).Run();
}

}  // namespace signet

// SPDX-License-Identifier: MIT
#include <errno.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>

#include "tests/seal/contract_cases.h"

namespace signet::test {
namespace {

constexpr size_t kPage = 4096;

// Two pages that are a mapping of their own.
class TwoPages {
 public:
  explicit TwoPages(int flags, int file = -1)
      : start_(static_cast<char*>(mmap(nullptr, 2 * kPage, PROT_READ, flags, file, 0))) {}
  ~TwoPages() { munmap(start_, 2 * kPage); }
  TwoPages(const TwoPages&) = delete;
  TwoPages& operator=(const TwoPages&) = delete;

  char* start() const { return start_; }

 private:
  char* start_;
};

// The errno of the attempt, or 0.
int TryLowAddress() {
  void* low = mmap(nullptr, kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  if (low == MAP_FAILED) return errno;
  munmap(low, kPage);
  return 0;
}

// It only asks, because setting it could not be undone.
bool HasCodeDenial() {
  constexpr int kGetMdwe = 66;
  return prctl(kGetMdwe, 0, 0, 0, 0) >= 0;
}

bool HasGuards() {
  constexpr int kGuardInstall = 102;
  const TwoPages shared(MAP_SHARED | MAP_ANONYMOUS);  // the kernel treats it as a file's
  return madvise(shared.start(), kPage, kGuardInstall) == 0;
}

bool HasManyMoves() {
  const TwoPages from(MAP_PRIVATE | MAP_ANONYMOUS);
  const TwoPages onto(MAP_PRIVATE | MAP_ANONYMOUS);
  mprotect(from.start(), kPage, PROT_NONE);
  return mremap(from.start(), 2 * kPage, 2 * kPage, MREMAP_MAYMOVE | MREMAP_FIXED, onto.start()) !=
         MAP_FAILED;
}

bool HasProcessAdvice() {
  const TwoPages pages(MAP_PRIVATE | MAP_ANONYMOUS);
  const iovec range = {pages.start(), kPage};
  const int process = static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0));
  const bool result = syscall(SYS_process_madvise, process, &range, 1, MADV_DONTNEED, 0) > 0;
  close(process);
  return result;
}

}  // namespace

std::string MissingReason(Need need) {
  switch (need) {
    case Need::kNothing:
      return "";
    case Need::kLowAddresses:
      if (const int error = TryLowAddress()) {
        return std::string("address 0 cannot be mapped here (") + strerrordesc_np(error) +
               "): it takes CAP_SYS_RAWIO, or vm.mmap_min_addr=0";
      }
      return "";
    case Need::kCodeDenial:
      return HasCodeDenial() ? "" : "this kernel has no PR_SET_MDWE (Linux 6.3)";
    case Need::kGuardPages:
      return HasGuards() ? "" : "this kernel has no guard pages in shared memory (Linux 6.15)";
    case Need::kProcessAdvice:
      return HasProcessAdvice() ? ""
                                : "this kernel's process_madvise discards nothing (before 6.13)";
    case Need::kManyMoves:
      return HasManyMoves() ? "" : "this kernel's mremap moves one mapping at a time (before 6.17)";
  }
  return "";
}

}  // namespace signet::test

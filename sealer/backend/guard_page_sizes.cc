// SPDX-License-Identifier: MIT
#include "sealer/backend/guard_page_sizes.h"

#include <errno.h>
#include <linux/magic.h>
#include <linux/memfd.h>
#include <sys/mman.h>
#include <sys/vfs.h>

#include "base/page.h"
#include "base/syscall.h"

namespace signet {
namespace {

uint64_t PageSizeOfFile(long fd) {
  struct statfs facts = {};
  const long result = sys::Call(__NR_fstatfs, fd, &facts);
  if (result == -EBADF) return kPageSize;  // then the call fails, too
  if (sys::Failed(result)) return kLargestPage;
  return facts.f_type == HUGETLBFS_MAGIC ? static_cast<uint64_t>(facts.f_bsize) : kPageSize;
}

// The kernel refuses to look at a part of a page.
bool IsInsidePage(uint64_t address) {
  return sys::Call(__NR_mremap, address, kPageSize, kPageSize, 0, 0) == -EINVAL;
}

}  // namespace

// Anonymous memory has the size that its flags name, or the kernel's default. A file in memory that
// is made with the same flags has it, too.
uint64_t PageSizeOfRequest(long flags, long fd) {
  if ((flags & MAP_ANONYMOUS) == 0) return PageSizeOfFile(fd);
  if ((flags & MAP_HUGETLB) == 0) return kPageSize;
  static_assert(MFD_HUGE_SHIFT == MAP_HUGE_SHIFT);
  const long size = flags & (long{MAP_HUGE_MASK} << MAP_HUGE_SHIFT);
  const long file = sys::Call(__NR_memfd_create, "", MFD_CLOEXEC | MFD_HUGETLB | size);
  if (sys::Failed(file)) return kLargestPage;
  const uint64_t result = PageSizeOfFile(file);
  sys::Close(static_cast<int>(file));
  return result;
}

// An mremap that changes nothing is refused at an address inside a huge page.
uint64_t PageSizeAt(uint64_t address) {
  if (!IsInsidePage((address & -kHugePage) + kPageSize)) return kPageSize;
  return IsInsidePage((address & -kLargestPage) + kHugePage) ? kLargestPage : kHugePage;
}

}  // namespace signet

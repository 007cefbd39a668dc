// SPDX-License-Identifier: MIT
//
// Parts of the kernel's interface that both the loader and the tool use, and that the headers of
// Debian 12 lack.
#pragma once

#include <cstdint>

namespace signet {

// From <sys/mman.h>: values for madvise.
inline constexpr int kMadviseDontneedLocked = 24;  // Linux 5.18
inline constexpr int kMadviseCollapse = 25;        // Linux 6.1
inline constexpr int kMadviseGuardInstall = 102;   // Linux 6.13

// From <linux/fs.h>: struct procmap_query (Linux 6.11), the answer of an ioctl on /proc/PID/maps
// about one mapping.
struct ProcmapQuery {
  uint64_t size;
  uint64_t query_flags;
  uint64_t query_addr;
  uint64_t vma_start;
  uint64_t vma_end;
  uint64_t vma_flags;
  uint64_t vma_page_size;
  uint64_t vma_offset;
  uint64_t inode;
  uint32_t dev_major;
  uint32_t dev_minor;
  uint32_t vma_name_size;
  uint32_t build_id_size;
  uint64_t vma_name_addr;
  uint64_t build_id_addr;
};
static_assert(sizeof(ProcmapQuery) == 104);

inline constexpr unsigned long kProcmapQuery = 0xc0686611;  // _IOWR('f', 17, struct procmap_query)

// vma_flags: the first three are as PROT_READ, PROT_WRITE and PROT_EXEC.
inline constexpr uint64_t kProcmapProtection = 7;
inline constexpr uint64_t kProcmapShared = 8;

// From <linux/fs.h>: struct pm_scan_arg (Linux 6.7), an ioctl on /proc/PID/pagemap that finds pages
// of some categories.
struct PagemapScan {
  uint64_t size;
  uint64_t flags;
  uint64_t start;
  uint64_t end;
  uint64_t walk_end;
  uint64_t regions;
  uint64_t region_count;
  uint64_t max_pages;
  uint64_t category_inverted;
  uint64_t category_mask;
  uint64_t category_anyof_mask;
  uint64_t return_mask;
};
static_assert(sizeof(PagemapScan) == 96);

struct PagemapRegion {
  uint64_t start;
  uint64_t end;
  uint64_t categories;
};

inline constexpr unsigned long kPagemapScan = 0xc0606610;  // _IOWR('f', 16, struct pm_scan_arg)
inline constexpr uint64_t kPageIsFile = 4;
inline constexpr uint64_t kPageIsPresent = 8;
inline constexpr uint64_t kPageIsSwapped = 16;

}  // namespace signet

// SPDX-License-Identifier: MIT
//
// Parts of the kernel's interface that both the loader and the tool use, and that the headers of
// Debian 12 lack.
#pragma once

#include <cstdint>

namespace signet {

// From <sys/mman.h>: values for madvise.
inline constexpr int kMadviseDontneedLocked = 24;  // Linux 5.18
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

}  // namespace signet

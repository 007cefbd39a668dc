// SPDX-License-Identifier: MIT
//
// struct procmap_query of <linux/fs.h> (Linux 6.11), which Debian 12's headers lack: the answer of
// an ioctl of /proc/PID/maps about one mapping.
#pragma once

#include <cstdint>

namespace signet {

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

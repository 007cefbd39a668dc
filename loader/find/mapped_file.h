// SPDX-License-Identifier: MIT
//
// A file in memory, to be read.
//
// Input: a path. Output: its bytes, or none if it cannot be read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "loader/open_files.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct MappedFile {
  std::span<const std::byte> bytes;  // empty if it is not mapped
  uint64_t inode = 0;
};

MappedFile MapFile(OpenFiles& open_files, const char* path);
void UnmapFile(const MappedFile& file);

}  // namespace signet

#pragma GCC visibility pop

// SPDX-License-Identifier: MIT
//
// Compares memory that is a copy of a file, because text relocations change it, with the file.
//
// Input: a range of a relocated module, and its open file. Output: whether all bytes are the file's
// but those that a relocation writes. The relocations are read from the file, too, because in
// memory they were as open to change as what is compared. It does not check the relocated values.
#pragma once

#include "loader/module.h"

#pragma GCC visibility push(hidden)

namespace signet {

// kUnknown: there is no memory, or the file cannot be read.
enum class Comparison { kSame, kDifferent, kUnknown };

// The range lies in one segment, and begins and ends at a page.
[[nodiscard]] Comparison CompareCopy(const Module& module, int fd, uint64_t start, uint64_t end);

}  // namespace signet

#pragma GCC visibility pop

// SPDX-License-Identifier: MIT
//
// A look into a library's file: is it a libc, which Signet would map only to unmap it again?
//
// Input: an open file whose headers are read. Output: what the closure asks of a module of the
// runtime, read with a few short reads. It says no wherever anything is unusual or wrong: then the
// file is mapped, and judged by what is in memory.
#pragma once

#include "loader/module.h"

#pragma GCC visibility push(hidden)

namespace signet {

// True if the file has a PT_INTERP, as nearly no library but a libc has, and defines the version
// GLIBC_PRIVATE. Fills in origin, needed_names, dynamic.soname and dynamic.entries, which are
// copies of the file's.
[[nodiscard]] bool PeekRuntime(int fd, Module& module);

}  // namespace signet

#pragma GCC visibility pop

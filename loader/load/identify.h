// SPDX-License-Identifier: MIT
//
// A look into a library's file: is it of the libc runtime, which Signet would map only to unmap it
// again?
//
// Input: an open file whose headers are read. Output: what the closure asks of a module of the
// runtime, read with a few short reads. It says no wherever anything is unusual or wrong: then the
// file is mapped, and judged by what is in memory.
#pragma once

#include "loader/module.h"

#pragma GCC visibility push(hidden)

namespace signet {

// What libc opens by itself, and must not be there twice.
inline constexpr std::string_view kUnwinder = "libgcc_s.so.1";

// True if the file defines or needs the version GLIBC_PRIVATE, or is the unwinder, and is one of
// those for which a look pays: a PT_INTERP is what nearly no library but a libc has, EI_OSABI is
// GNU's in libm and few others. Fills in origin, needed_names, dynamic.soname and dynamic.entries,
// which are copies of the file's.
[[nodiscard]] bool IdentifyRuntime(int fd, Module& module);

// A libc that is its own interpreter (musl's), found as a library.
bool IsLibcInterpreter(const Module& module);

// True if DT_NEEDED `name` means the interpreter itself: musl's reserved names.
bool IsReservedName(const Module& interpreter, std::string_view name);

}  // namespace signet

#pragma GCC visibility pop

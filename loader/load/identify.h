// SPDX-License-Identifier: MIT
//
// Whether a file belongs to the libc runtime, before it is mapped. Otherwise Signet would have to
// unmap it again, which costs more than a look into the file.
//
// Input: an open file whose headers are read. Output: what the closure needs of a module of the
// runtime, by a few short reads. The answer is no wherever anything is unusual or wrong: then the
// file is mapped, and judged by what is in memory (runtime.h).
#pragma once

#include "loader/module.h"

#pragma GCC visibility push(hidden)

namespace signet {

inline constexpr std::string_view kUnwinder = "libgcc_s.so.1";

// True if these DT_NEEDED are names of libc and its interpreter only, as those of the runtime's
// modules are.
bool NeedsOnlyRuntime(std::span<const char* const> needed_names);

// True if the file is glibc's libc or the unwinder (runtime.h). Fills in origin,
// decoded.needed_names, dynamic.soname and dynamic.entries, with copies of what the file has.
[[nodiscard]] bool IdentifyRuntime(int fd, Module& module);

// A libc that is its own interpreter (musl's), found as a library.
bool IsSelfInterpretingLibc(const Module& module);

// musl reserves some names, as DT_NEEDED, for its interpreter itself. True if `name` is one of them
// and the interpreter is musl's.
bool IsReservedName(const Module& interpreter, std::string_view name);

}  // namespace signet

#pragma GCC visibility pop

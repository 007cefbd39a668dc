// SPDX-License-Identifier: MIT
//
// What a mapped module says about itself: PT_DYNAMIC, the version tables, PT_INTERP.
//
// Input: a module's image. Output: its `dynamic` and `decoded` fields. Errors are reported and
// counted. It follows no name to another file. Not thread-safe: used while linking, under the
// loader lock.
#pragma once

#include "loader/diagnostics.h"
#include "loader/module.h"

#pragma GCC visibility push(hidden)

namespace signet {

// `entries` must have the values of the file. They are not always those in memory, because an
// interpreter may have relocated them there.
[[nodiscard]] bool DecodeModule(Diagnostics& diagnostics, Module& module,
                                std::span<const elf::Dyn> entries);

// The path in the module's PT_INTERP, which must be there. It is read from memory, or, if it
// is not known whether the module is mapped, from its file at `fd`. It is a copy, because the
// module may be unmapped. If the path does not end inside PT_INTERP, that is reported, and the
// result is null.
const char* InterpreterPath(Diagnostics& diagnostics, const Module& module);
const char* InterpreterPath(Diagnostics& diagnostics, const Module& module, int fd);

}  // namespace signet

#pragma GCC visibility pop

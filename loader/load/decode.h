// SPDX-License-Identifier: MIT
//
// What a mapped module says of itself: PT_DYNAMIC, the version tables, PT_INTERP.
//
// Input: a module's image. Output: its `decode` fields. Errors are reported and counted. It follows
// no name to another file.
#pragma once

#include "loader/diagnostics.h"
#include "loader/module.h"

#pragma GCC visibility push(hidden)

namespace signet {

// `entries` are the values of the file, wherever they are kept: in memory an interpreter may have
// relocated them.
[[nodiscard]] bool DecodeModule(Diagnostics& diagnostics, Module& module,
                                std::span<const elf::Dyn> entries);

// The path in PT_INTERP, which the module has: from its memory, or, for a module that may be mapped
// in part only, from its file at `fd`. A copy, since the module may be unmapped. Null, reported, if
// the path does not end inside PT_INTERP.
const char* InterpreterPath(Diagnostics& diagnostics, const Module& module);
const char* InterpreterPath(Diagnostics& diagnostics, const Module& module, int fd);

}  // namespace signet

#pragma GCC visibility pop

// SPDX-License-Identifier: MIT
//
// From an open file to a module in memory. plan_pieces.h has decided into which pieces its span is
// cut; here the pieces are mapped.
//
// Input: a descriptor and checked program headers; or, for a module that others have mapped, the
// program headers and the load bias. Output: the module's `map` fields, every segment in place. It
// does not look at PT_DYNAMIC, and later changes of protection are protection.h's. On failure the
// error has been reported and nothing stays mapped. Not thread-safe: used while linking, under the
// loader lock.
#pragma once

#include "loader/diagnostics.h"
#include "loader/module.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Maps the file, whose headers are read. `fd` stays the caller's.
[[nodiscard]] bool MapModule(Diagnostics& diagnostics, int fd, Module& module);

// Describes a module that is mapped already: by the kernel (the program, the loader itself, the
// vdso), or by libc's interpreter. `phdrs` must stay. module.file.size is the file's, or
// kUnknownSize.
[[nodiscard]] bool DescribeModule(Diagnostics& diagnostics, std::span<const elf::Phdr> phdrs,
                                  uint64_t load_bias, Module& module);

// Between the segments of a module the kernel leaves pages unmapped. They become inaccessible
// reservations, so that nothing else is mapped there.
void ReserveGaps(const Module& module);

// The kernel makes the zeroes behind a segment's bytes writable, whatever its flags say. They get
// the protection that the file asks for.
[[nodiscard]] bool ProtectZeroes(Diagnostics& diagnostics, const Module& module);

void UnmapModule(Module& module);

}  // namespace signet

#pragma GCC visibility pop

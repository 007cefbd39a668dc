// SPDX-License-Identifier: MIT
//
// From an open file to a module in memory, and the changes of protection that later passes ask for.
//
// Input: a descriptor. Output: the module's `map` fields, every segment in place. It does not look
// at PT_DYNAMIC. On failure the error has been reported and nothing stays mapped.
#pragma once

#include "loader/diagnostics.h"
#include "loader/module.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Fills in device, inode and size of the file at `fd`.
[[nodiscard]] bool IdentifyFile(Diagnostics& diagnostics, int fd, Module& module);

// Reads and checks the ELF header and the program headers. The size is known.
[[nodiscard]] bool ReadModuleHeaders(Diagnostics& diagnostics, int fd, Module& module);

// Maps the file, whose headers are read. `fd` stays the caller's.
[[nodiscard]] bool MapModule(Diagnostics& diagnostics, int fd, Module& module);

// Describes a module that is mapped already: by the kernel (the program, the loader itself, the
// vdso), or by libc's interpreter. `phdrs` must stay. Reserves nothing. module.file_size is the
// file's, or kUnknownSize.
[[nodiscard]] bool DescribeModule(Diagnostics& diagnostics, std::span<const elf::Phdr> phdrs,
                                  uint64_t load_bias, Module& module);

void UnmapModule(Module& module);

// Turns the pages that a mapping left between the segments of a kernel-mapped module into
// inaccessible reservations.
void ReserveGaps(const Module& module);

// Replaces [start, end) by an anonymous mapping with the same bytes, readable and writable: a
// private file page, even one that is sealed, can be thrown away (MADV_DONTNEED), and then shows
// the file's bytes again; an anonymous one cannot.
[[nodiscard]] bool MakeAnonymous(Diagnostics& diagnostics, const Module& module, uint64_t start,
                                 uint64_t end);

// For a module with text relocations. OpenText puts every read-only segment into anonymous memory
// that can be written, and not executed; CloseText gives each the protection that the file asks
// for.
[[nodiscard]] bool OpenText(Diagnostics& diagnostics, Module& module);
[[nodiscard]] bool CloseText(Diagnostics& diagnostics, Module& module);

// Puts closed RELRO into anonymous memory while its module is in use: whoever reads it meanwhile
// meets nothing but its contents.
[[nodiscard]] bool MakeClosedRelroAnonymous(Diagnostics& diagnostics, const Module& module);

// Makes RELRO read-only, or writable again, if it is not so already.

[[nodiscard]] bool ProtectRelro(Diagnostics& diagnostics, Module& module);
[[nodiscard]] bool OpenRelro(Diagnostics& diagnostics, Module& module);

// PROT_* of a segment's p_flags.
int Protection(uint32_t flags);

}  // namespace signet

#pragma GCC visibility pop

// SPDX-License-Identifier: MIT
//
// What the file of a module says before anything of it is mapped: which file it is, its ELF header
// and its program headers.
//
// Input: a descriptor. Output: the module's `file` fields, and its program headers, checked. On
// failure the error has been reported. Nothing is mapped.
#pragma once

#include <sys/stat.h>

#include "loader/diagnostics.h"
#include "loader/module.h"

#pragma GCC visibility push(hidden)

namespace signet {

// As in ModuleFile::changed.
inline int64_t ChangeTime(const struct stat& status) {
  return status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec;
}

// Fills in which file is open at `fd`, and what it is like. `path` is for errors.
[[nodiscard]] bool IdentifyFile(Diagnostics& diagnostics, int fd, const char* path,
                                ModuleFile& file);

// For program headers from anywhere; they must stay. Fills in module.map.headers.
[[nodiscard]] bool CheckProgramHeaders(Diagnostics& diagnostics, std::span<const elf::Phdr> phdrs,
                                       Module& module);

// Reads and checks the ELF header and the program headers. IdentifyFile comes before: offsets are
// compared with the size of the file.
[[nodiscard]] bool ReadModuleHeaders(Diagnostics& diagnostics, int fd, Module& module);

}  // namespace signet

#pragma GCC visibility pop

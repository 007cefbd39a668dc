// SPDX-License-Identifier: MIT
//
// What libc's interpreter says of its modules that Signet does not know: late modules.
//
// Input: the interpreter's dl_iterate_phdr. Output: copies, in the arena, because a module may be
// unloaded as soon as the walk is over. Used under the loader lock.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// True if `info`, from the interpreter's dl_iterate_phdr, is of a module that Signet does not know.
// The stand-in program is not one of them.
bool IsLateModule(const dl_phdr_info& info);

struct LateModule {
  uint64_t load_bias;
  uint64_t tls_id;
  const char* path;
  std::span<const elf::Phdr> phdrs;  // a copy
  uint64_t phdr_address;             // where the module has them
};

// Reads them all, in the order of the list. A module that comes meanwhile may be missing.
std::span<const LateModule> ReadLateModules(const Process& process);

}  // namespace signet

#pragma GCC visibility pop

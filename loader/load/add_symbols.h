// SPDX-License-Identifier: MIT
//
// Symbols that a module gets behind its own while a process starts.
//
// Input: a module's tables, names. Output: new tables in the arena, names and a DT_GNU_HASH
// included, and DT_GNU_HASH as the only entry. The module's old tables stay as they are. Used while
// linking at start.
#pragma once

#include <span>
#include <string_view>

#include "elf/dynamic.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Returns the new symbols: global functions, which are undefined until DefineSymbol.
std::span<elf::Sym> AddSymbols(elf::Dynamic& dynamic, uint64_t load_bias,
                               std::span<const std::string_view> names);

// `value` is the address minus the load bias.
void DefineSymbol(elf::Sym& symbol, uint64_t value);

}  // namespace signet

#pragma GCC visibility pop

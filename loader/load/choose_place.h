// SPDX-License-Identifier: MIT
//
// Where a module is put: right below everything that is mapped so far, or a little lower, so that
// RELRO of megabytes can be made of huge pages.
//
// Input: checked program headers of a module that may be anywhere. Output: an address for its first
// page. Nothing is mapped, and whether the place is free is not known here. Safe in any context.
#pragma once

#include "elf/phdr.h"

#pragma GCC visibility push(hidden)

namespace signet {

// The address is a multiple of the page, and the module ends at `limit` or less than 2 MiB below
// it. `limit` is at least the size of the module.
uint64_t ChoosePlaceBelow(uint64_t limit, const elf::ProgramHeaders& headers);

}  // namespace signet

#pragma GCC visibility pop

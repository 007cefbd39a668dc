// SPDX-License-Identifier: MIT
//
// `--list`: what ld.so --list prints, to stdout.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

void ListModules(const Process& process);

}  // namespace signet

#pragma GCC visibility pop

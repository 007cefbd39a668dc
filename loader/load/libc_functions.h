// SPDX-License-Identifier: MIT
//
// The functions of libc and of its interpreter that the loader passes calls on to.
//
// Input: the adopted modules. Output: addresses by name, null without libc.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Fills in process.libc.
void FindLibcFunctions(Process& process);

// The address that an adopted module exports `name` at, or 0. For what has been there from the
// start the loader lock is not needed.
uint64_t FindInRuntime(const Process& process, const char* name);

// The same for a function, by its type.
template <typename Function>
Function* FindLibcFunction(const Process& process, const char* name) {
  return std::bit_cast<Function*>(FindInRuntime(process, name));
}

}  // namespace signet

#pragma GCC visibility pop

// SPDX-License-Identifier: MIT
//
// Which interpreter boots libc: the one that the program names, or the one that its libc names.
//
// Input: the program, or a path from a libc's PT_INTERP. Output: process.interpreter, mapped and
// decoded; null if nothing needs one. Errors are reported. It does not start the interpreter.
#pragma once

#include "loader/load/closure_members.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Finds the interpreter that the program names.
void FindInterpreterOfProgram(Process& process, ClosureMembers& members);

// Takes the file at `path` as the interpreter. Null means that there is no path, or that there was
// an error.
void FindInterpreter(Process& process, ClosureMembers& members, const char* path);

// Once the closure is complete: the interpreter becomes its last member if there is a libc to boot.
// Otherwise it is unmapped.
void SettleInterpreter(Process& process, ClosureMembers& members);

}  // namespace signet

#pragma GCC visibility pop

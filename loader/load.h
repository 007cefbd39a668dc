// SPDX-License-Identifier: MIT
//
// From the program's name to the closure of its DT_NEEDED: every module found, mapped and decoded, in breadth-first
// order.
//
// Input: options and startup facts. Output: process.program, process.modules, process.interpreter. Modules of the libc
// runtime are looked at and unmapped again, since libc's own interpreter is to map them. Errors are reported and counted
// as they are found; the caller stops. It relocates nothing.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Describes the loader itself and the vdso.
void LoadSelf(Process& process);

// The program: mapped, or found where the kernel mapped it. Ends the process if there is none that can be run.
void LoadProgram(Process& process);

// True for a program that asks for no dynamic linker: it has neither PT_INTERP nor DT_NEEDED.
bool IsStatic(const Module& program);

void LoadClosure(Process& process);

// Decodes PT_DYNAMIC and the version tables of a module that is mapped. `entries` are the file's, wherever they are kept.
[[nodiscard]] bool DecodeModule(Module& module, std::span<const elf::Dyn> entries);

}  // namespace signet

#pragma GCC visibility pop

// SPDX-License-Identifier: MIT
//
// Modules of the libc runtime, which libc's own interpreter must load:
//  - libc, because the two share private interfaces. glibc's is libc.so.6, or defines the version
//  GLIBC_PRIVATE, and
//    has a PT_INTERP; musl's is its own interpreter;
//  - the unwinder, which libc opens by itself, because there must not be two of it.
// Everybody else is linked natively, also who defines or refers to GLIBC_PRIVATE: its symbols are
// exported and versioned like any others.
//
// The interpreter runs the constructors of these modules behind the seal (libc/boot.h). But a
// module with DF_1_INITFIRST would be first. So a module that has the flag, or that needs anything
// but the runtime, is none of the runtime, whatever it looks like. libc and libgcc_s are not so.
//
// Input: modules that are mapped and decoded. Output: modules of origin SIGNET_ORIGIN_ADOPTED, not
// mapped, with just what the closure still needs of them. After libc is up, adoption decodes them
// where the interpreter has put them.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Judges by what is in memory. If possible, identify.h judges by the file, before it is mapped.
bool IsRuntime(const Module& module);

// A library that is a part of libc, such as libm: it refers to the private version, and lies in the
// directory of libc. Who could put it there could put another libc there.
bool IsPartOfLibc(const Process& process, const Module& module);

// Whether libc is musl's, once its interpreter is known. Then whatever has an interpreter, but is
// not musl's, is glibc's.
bool IsMusl(const Process& process);

// Unmaps the module (except for --list, which prints its address).
void LeaveToInterpreter(const Process& process, Module& module);

// Whether all of the runtime but the interpreter lies in one directory: then its IFUNC resolvers
// are as trusted as libc's.
bool IsRuntimeInOnePlace(const Process& process);

}  // namespace signet

#pragma GCC visibility pop

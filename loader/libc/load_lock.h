// SPDX-License-Identifier: MIT
//
// The lock of libc's interpreter that its dlopen holds, also while constructors run. Whoever must
// not wait for a dlopen asks for it here before calling the interpreter.
//
// libc exports the lock in no way. But its dlsym holds it while it calls the resolver of an IFUNC.
// So the loader has libc look up such a symbol once, with a resolver that looks which mutex among
// the interpreter's variables this thread holds. If there is none, or more than one, the lock is
// unknown, and nobody can have it from here.
//
// Input: the stand-in program, while it can be written. Output: process.libc.load_lock. The lock
// can be taken from any thread, and is recursive.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Once, at the start.
void FindLoadLock(Process& process);

// Does not wait. False if another thread has the lock, or if it is unknown.
[[nodiscard]] bool TakeLoadLockIfFree(const Process& process);
void ReleaseLoadLock(const Process& process);

}  // namespace signet

#pragma GCC visibility pop

// SPDX-License-Identifier: MIT
//
// Thread-local storage of the modules present at start: all of it static, variant II. Modules that
// come later have dynamic TLS (dynamic_tls.h), or a place in the surplus (late_static_tls.h).
//
// Input: each module's PT_TLS. Output: static TLS offsets and TLS module ids, the initial values in
// the first thread, and the thread pointer where no libc sets it. It does not make the blocks of
// other threads: libc does, from the stand-in program's PT_TLS. Used while linking at start.
#pragma once

#include "base/thread_pointer.h"
#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Set in every TLS module id that Signet gives, so that it is never taken for one of the
// interpreter's.
inline constexpr uint64_t kTlsIdTag = uint64_t{1} << 63;

// Some linkers (mold, with large code) write the program's id into the program without asking the
// loader, because it has always been 1.
inline constexpr uint64_t kTlsIdOfProgram = 1;

// Gives every natively linked module with PT_TLS its static TLS offset and its id, the program
// first. Then comes each thread's ThreadState, and then, farthest from the thread pointer, the
// surplus.
void LayoutStaticTls(Process& process);

// Writes the initial values of all natively linked modules below `thread_pointer`. These modules
// have been relocated, because initial values may hold addresses.
void FillStaticTls(const Process& process, uint64_t thread_pointer);

// Without libc: makes a thread control block and static TLS for the only thread.
void SetThreadPointer(Process& process);

// Addresses of resolvers for TLS descriptors (tlsdesc.S): of variables whose offset from the thread
// pointer is known, and of undefined weak symbols.
uint64_t TlsDescStatic();
uint64_t TlsDescUndefinedWeak();

}  // namespace signet

#pragma GCC visibility pop

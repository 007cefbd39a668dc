// SPDX-License-Identifier: MIT
//
// Thread-local storage of the modules present at start: all of it static, variant II. For modules
// that come later there is a surplus (tls_surplus.h), and dynamic TLS (tls_dynamic.h).
//
// Input: each module's PT_TLS. Output: static TLS offsets and TLS module ids, the initial image,
// and the thread pointer where no libc sets it. Blocks of threads other than the first are libc's
// to make, out of the stand-in program's PT_TLS.
#pragma once

#include "base/thread_pointer.h"
#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Set in every TLS module id of Signet's, so that it is never taken for one of the interpreter's.
inline constexpr uint64_t kTlsIdTag = uint64_t{1} << 63;

// Gives every natively linked module with PT_TLS its static TLS offset and its id, the program
// first. The surplus is farthest from the thread pointer.
void LayoutStaticTls(Process& process);

// Writes the initial values of all natively linked modules below `thread_pointer`. They may hold
// relocated addresses.
void FillStaticTls(const Process& process, uint64_t thread_pointer);

// Without libc: a thread control block and static TLS for the only thread.
void SetThreadPointer(Process& process);

// Addresses of the TLS descriptors' resolvers (psABI; RAX in and out, every other register kept).
uint64_t TlsDescStatic();
uint64_t TlsDescUndefinedWeak();

}  // namespace signet

#pragma GCC visibility pop

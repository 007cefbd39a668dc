// SPDX-License-Identifier: MIT
//
// Static TLS for modules that come by dlopen and ask for it (initial-exec code): a part of the
// surplus that every thread has had from its beginning.
//
// Input: modules with PT_TLS. Output: their static TLS offsets, and their initial values in all
// threads. Under the loader lock.
//
// The surplus is zero in every thread, so a module without initial values (.tbss only) needs no
// more than a place, as long as no module that was unloaded has used it before. Otherwise three
// have to be written:
//
//   the calling thread
//   threads to come   libc copies the image of the stand-in program's PT_TLS, of which the surplus
//                     is in memory that stays writable
//   other threads     are not Signet's: only libc knows its thread descriptors. But each has told
//                     the kernel the address of its list of robust mutexes, which is in its thread
//                     descriptor, at the distance from the thread pointer that the calling thread
//                     finds in its own. /proc/self/task names the threads.
//
// Where the last is not to be had (no /proc, get_robust_list refused, a libc such as musl that has
// no such list) and there are other threads, the module is refused. Threads that pthread_create is
// just making are waited for, a while: libc tells nobody of them. One that the kernel keeps from
// running between the copy of the image and the clone may still be missed.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Gives a module without static TLS offset one. False if there is no room, or a thread has a
// dynamic block of it already. A module that is ready (see below) is written at once, as
// FillSurplus does.
[[nodiscard]] bool PlaceInSurplus(Process& process, Module& module);

// Once these modules of a dlopen are relocated, before code of theirs runs: writes their initial
// values where they have a place, and remembers that their images are ready. False, with the error
// reported, if threads cannot be reached.
[[nodiscard]] bool FillSurplus(Process& process, std::span<Module* const> modules);

// Gives a place back if it was taken last.
void ReleaseSurplus(Process& process, const Module& module);

}  // namespace signet

#pragma GCC visibility pop

// SPDX-License-Identifier: MIT
//
// Static TLS for modules that come by dlopen and ask for it (initial-exec code). They get a part of
// the surplus: room in static TLS for modules that come later, which every thread has had from its
// beginning.
//
// Input: modules with PT_TLS. Output: their static TLS offsets, and their initial values in all
// threads. Under the loader lock.
//
// The surplus is zero in every thread. So a module without initial values (.tbss only) needs no
// more than a place there, as long as no module that was unloaded has used that place before. In
// all other cases the values are written into every thread (initial_values.h). A module whose
// values cannot be written is refused.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// True if the module has a static TLS offset. A module that has none is placed in the surplus;
// false if there is no room, or if a thread has a dynamic block of it already. If the module is
// ready (see below), its values are written at once, as FillSurplus does.
[[nodiscard]] bool EnsureStaticTls(Process& process, Module& module);

// Once these modules of a dlopen are relocated, before code of theirs runs: writes the initial
// values of those that have a place in the surplus, and remembers that all are ready. False, with
// the error reported, if threads cannot be reached.
[[nodiscard]] bool FillSurplus(Process& process, std::span<Module* const> modules);

// Gives the module's place back if it is the last one in use.
void ReleaseSurplus(Process& process, const Module& module);

}  // namespace signet

#pragma GCC visibility pop

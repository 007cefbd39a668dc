// SPDX-License-Identifier: MIT
//
// The stand-in program: an empty program that exists only in memory. libc's interpreter starts it
// in place of the real one (boot.h says why).
//
// Input: the closure, with static TLS laid out. Output: process.stand_in, which needs nothing but
// the runtime's modules, and has all of static TLS as its PT_TLS. Its PT_DYNAMIC also serves what
// libc does later with "the program": running constructors, calling destructors at exit, looking up
// symbols. Used while linking at start.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Addresses of functions that are to be called: before the first constructor of the runtime, and by
// libc at the end.
struct StandInFunctions {
  uint64_t preinit;
  uint64_t fini;
};

StandIn* BuildStandIn(const Process& process, const StandInFunctions& functions);

// Makes it read-only, once its TLS image is filled, from which later threads get their initial
// values. If it lies in front of the RELRO of the loader, as it usually does, that is closed with
// it. A failure is reported.
void CloseStandIn(Process& process);

}  // namespace signet

#pragma GCC visibility pop

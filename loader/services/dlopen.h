// SPDX-License-Identifier: MIT
//
// dlopen and dlclose: modules that come, and perhaps go, while the program runs.
//
// Input: what the caller passes to these functions. Output: handles. Errors are for dlerror; a
// dlopen that fails leaves nothing behind. Thread-safe, by the loader lock. It is held while
// constructors run, as ld.so's is. Readers of the module table do not wait for it.
#pragma once

#include <cstdint>

#pragma GCC visibility push(hidden)

namespace signet {

// `caller` is an address in the code that asks: the DT_RUNPATH of its module counts. The handle is
// the link map of the module that was opened. Null if there was an error, or with RTLD_NOLOAD if
// the module is not there.
void* DlOpen(const char* name, int mode, uint64_t caller);

// Returns 0, or -1 if there was an error. The module stays mapped and initialised, unless
// --dlopen-seal says otherwise (unload.h); its destructors run when the program exits.
int DlClose(void* handle);

}  // namespace signet

#pragma GCC visibility pop

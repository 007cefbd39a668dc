// SPDX-License-Identifier: MIT
//
// dlsym and dlvsym: symbols by name.
//
// Input: where to look, a name, and for dlvsym a version. Output: the address of an object, of a
// function (for an IFUNC, its resolver is run), or of this thread's instance of a thread-local
// variable. Thread-safe, by the loader lock.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// `handle` comes from dlopen, or is RTLD_DEFAULT or RTLD_NEXT; these two depend on the module that
// holds the address `caller`. `version` is null for dlsym. False, with an error for dlerror, if
// there is no such symbol.
[[nodiscard]] bool DlSym(void* handle, const char* name, const char* version, uint64_t caller,
                         void** address);

}  // namespace signet

#pragma GCC visibility pop

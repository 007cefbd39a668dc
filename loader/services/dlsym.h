// SPDX-License-Identifier: MIT
//
// dlsym and dlvsym: symbols by name.
//
// Input: where to look, a name, perhaps a version. Output: an address: of an object, of a function
// (an IFUNC's resolver is run), or of this thread's instance of a thread-local variable.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// `handle` is dlopen's, RTLD_DEFAULT or RTLD_NEXT, which depend on the module that `caller` is an
// address in. `version` is null for dlsym. False, with an error for dlerror, if there is no such
// symbol.
[[nodiscard]] bool DlSym(void* handle, const char* name, const char* version, uint64_t caller,
                         void** address);

}  // namespace signet

#pragma GCC visibility pop

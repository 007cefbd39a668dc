// SPDX-License-Identifier: MIT
//
// Four exceptions to the order of the scope. For these symbols, the definition that the search
// finds first does not count, but another one does.
//
//   unique symbols                  STB_GNU_UNIQUE: one definition for the whole process
//   __tls_get_addr                  always the loader's own
//   dlopen and its family           the loader's in place of libdl's
//   __cxa_thread_atexit_impl        the loader's in place of libc's, if dlclose unloads
//
// Input: what the search in the scope has found. Output: the definition that counts. It reports and
// changes nothing. Used while linking at start, later under the loader lock.
#pragma once

#include "loader/link/resolve.h"

#pragma GCC visibility push(hidden)

namespace signet {

// For a reference of a module: all four.
Definition Interpose(const Process& process, const Definition& found, const char* name);

// For a name that dlsym looks up: unique symbols only. For all other names, dlsym returns what the
// search has found.
Definition UniqueOf(const Definition& found, const char* name);

}  // namespace signet

#pragma GCC visibility pop

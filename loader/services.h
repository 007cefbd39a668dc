// SPDX-License-Identifier: MIT
//
// What a program asks of its dynamic linker while it runs: dl_iterate_phdr, _dl_find_object,
// __tls_get_addr. They are exported by the loader, and stand in the global scope where an
// interpreter's would.
//
// Input: the finished process. What concerns modules that libc's interpreter loaded by itself is
// passed on to its own functions. Thread-safe and safe in signal handlers as far as those are: the
// tables do not change once published.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// From here on the services know all modules. To be called once.
void PublishServices(Process& process);

}  // namespace signet

#pragma GCC visibility pop

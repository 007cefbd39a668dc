// SPDX-License-Identifier: MIT
//
// The lock of the dlopen family. A thread holds it to change modules, scopes, the seal record or
// the arena while the program runs. It is held while constructors run, as ld.so's is, and they may
// call dlopen: so it is recursive.
//
// The locks and their order are in docs/architecture.md.
#pragma once

#include "base/lock.h"

#pragma GCC visibility push(hidden)

namespace signet {

extern constinit RecursiveLock loader_lock;

}  // namespace signet

#pragma GCC visibility pop

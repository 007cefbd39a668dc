// SPDX-License-Identifier: MIT
//
// The lock of the dlopen family: who changes modules, scopes, the ledger's record or the arena
// while the program runs holds it. It is held while constructors run, as ld.so's is, and is
// recursive for that reason. Who waits for whom is in docs/architecture.md.
#pragma once

#include "base/lock.h"

#pragma GCC visibility push(hidden)

namespace signet {

extern constinit RecursiveLock loader_lock;

}  // namespace signet

#pragma GCC visibility pop

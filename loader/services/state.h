// SPDX-License-Identifier: MIT
//
// What the services remember between calls.
//
// Input: options. Output: the state of each service, in the arena. Written under the loader lock,
// unless a member says otherwise.
#pragma once

#include "loader/services/fork_barrier.h"
#include "loader/services/late_adoption.h"
#include "loader/services/unload.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct ServiceState {
  ForkState fork;
  LateModuleState late_modules;
  UnloadState unload;
};

// At start, once the options are known.
void BeginServices(Process& process);

}  // namespace signet

#pragma GCC visibility pop

// SPDX-License-Identifier: MIT
//
// Work that may be abandoned in the middle without ending the process: a dlopen that runs out of
// memory. What setjmp and longjmp are to C.
//
// Input: something to do. Output: whether it came to its end. What is abandoned is left as it
// stands, and no destructor runs: the caller takes back what matters (memory on trial, mappings,
// descriptors). One thread at a time, under the loader lock; it does not nest.
#pragma once

#pragma GCC visibility push(hidden)

extern "C" bool signet_run_abandonable(void (*body)(void*), void* argument);
extern "C" [[noreturn]] void signet_abandon();

namespace signet {

// True while something runs that Abandon would leave.
bool CanAbandon();
void SetCanAbandon(bool can);

// Leaves what runs. CanAbandon() must be true.
[[noreturn]] inline void Abandon() { signet_abandon(); }

// False if `body` was abandoned.
template <typename Body>
[[nodiscard]] bool RunAbandonable(Body body) {
  SetCanAbandon(true);
  const bool done =
      signet_run_abandonable([](void* argument) { (*static_cast<Body*>(argument))(); }, &body);
  SetCanAbandon(false);
  return done;
}

}  // namespace signet

#pragma GCC visibility pop

// SPDX-License-Identifier: MIT
//
// Work that may be abandoned in the middle without ending the process: a dlopen that runs out of
// memory. What setjmp and longjmp are to C.
//
// Input: something to do. Output: whether it came to its end, or the reason why not. What is
// abandoned is left as it stands, and no destructor runs: the caller takes back what matters
// (memory on trial, mappings, descriptors). One thread at a time, under the loader lock; it does
// not nest.
#pragma once

#pragma GCC visibility push(hidden)

extern "C" bool signet_run_abandonable(void (*body)(void*), void* argument);
extern "C" [[noreturn]] void signet_abandon();

namespace signet {

// True while something runs that Abandon would leave.
bool CanAbandon();

// Leaves what runs. `reason` is a string that stays; CanAbandon() must be true.
[[noreturn]] void Abandon(const char* reason);

// Calls body(argument). Null if it came to its end, else the reason why it was abandoned.
[[nodiscard]] const char* RunAbandonable(void (*body)(void*), void* argument);

template <typename Body>
[[nodiscard]] const char* RunAbandonable(Body body) {
  return RunAbandonable([](void* argument) { (*static_cast<Body*>(argument))(); }, &body);
}

}  // namespace signet

#pragma GCC visibility pop

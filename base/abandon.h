// SPDX-License-Identifier: MIT
//
// Work that can be abandoned in the middle without ending the process: a dlopen that runs out of
// memory. It does what setjmp and longjmp do in C.
//
// Input: something to do. Output: null if it was done, or the reason why it was abandoned. After
// that everything is as the work left it, and no destructor has run: the caller gives back what
// matters (memory on trial, mappings, descriptors). One thread at a time, under the loader lock;
// it does not nest.
#pragma once

#include <cstdint>

#pragma GCC visibility push(hidden)

extern "C" bool signet_run_abandonable(void (*body)(void*), void* argument);
extern "C" [[noreturn]] void signet_abandon();

namespace signet {

// True while RunAbandonable runs something.
bool CanAbandon();

// While this lives, functions of others lie between what runs and its caller, libc's for example.
// Abandoning would jump over them, and what they hold would be held for good. So it is not done
// (MayJump() is false).
class ForeignFrames {
 public:
  ForeignFrames();
  ~ForeignFrames();
  ForeignFrames(const ForeignFrames&) = delete;
  ForeignFrames& operator=(const ForeignFrames&) = delete;
};

bool MayJump();

// Abandons what runs; CanAbandon() and MayJump() must be true. `reason` is kept as a pointer: a
// literal, or a text that nobody frees.
[[noreturn]] void Abandon(const char* reason);

// Calls body(argument). Null if it returned, else the reason why it was abandoned.
[[nodiscard]] const char* RunAbandonable(void (*body)(void*), void* argument);

}  // namespace signet

#pragma GCC visibility pop

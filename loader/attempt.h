// SPDX-License-Identifier: MIT
//
// What may fail in the middle without ending the process: memory that runs out under a dlopen.
//
// Input: something to do. Output: whether it came to its end. What is given up is left as it
// stands, with no destructor run: the caller takes back what matters (memory on trial, mappings,
// descriptors). Under the loader lock; attempts do not nest.
#pragma once

#pragma GCC visibility push(hidden)

extern "C" bool signet_attempt(void (*body)(void*), void* argument);
extern "C" [[noreturn]] void signet_give_up();

namespace signet {

extern constinit bool attempting;

// False if `body` was given up.
template <typename Body>
[[nodiscard]] bool Attempt(Body body) {
  attempting = true;
  const bool done =
      signet_attempt([](void* argument) { (*static_cast<Body*>(argument))(); }, &body);
  attempting = false;
  return done;
}

}  // namespace signet

#pragma GCC visibility pop

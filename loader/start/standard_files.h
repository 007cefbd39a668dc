// SPDX-License-Identifier: MIT
//
// The descriptors 0, 1 and 2 of a secure process.
//
// The caller may have closed them. Then the next file that is opened, by the loader or by the
// program, would be the program's standard output, and what is printed would be written to it.
//
// Input: none. Output: open descriptors.
#pragma once

#pragma GCC visibility push(hidden)

namespace signet {

// Opens those that are closed, as ld.so does: nothing can be read, and what is written vanishes.
// Ends the process if that fails.
void OpenStandardFiles();

}  // namespace signet

#pragma GCC visibility pop

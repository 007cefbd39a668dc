// SPDX-License-Identifier: MIT
//
// Keeps libc's interpreter from reading /etc/ld.so.preload. It would load the listed libraries a
// second time, for the runtime alone, and run their constructors before anything is sealed.
//
// Input: the interpreter, mapped and not started. Output: its constants without the file's name. It
// does not touch the file. Used at start.
#pragma once

#include "loader/module.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Takes the file's name out of the constants of libc's interpreter, so that it does not find the
// file. Ends the process if that cannot be done.
void HidePreloadFile(const Module& interpreter);

}  // namespace signet

#pragma GCC visibility pop

// SPDX-License-Identifier: MIT
//
// Keeps libc's interpreter from following /etc/ld.so.preload: it would load what is listed for the
// runtime alone, a second time, and run constructors before anything is sealed.
//
// Input: the interpreter, mapped and not started. Output: its constants without the file's name.
#pragma once

#include "loader/module.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Takes the file's name out of the constants of libc's interpreter, which does not find it then.
// Ends the process if that cannot be done.
void HidePreloadFile(const Module& interpreter);

}  // namespace signet

#pragma GCC visibility pop

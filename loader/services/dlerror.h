// SPDX-License-Identifier: MIT
//
// What dlerror tells: one text for each thread, of its last call that failed.
//
// Input: texts. Output: the last one, once. No lock; not for signal handlers.
#pragma once

#include <string_view>

#pragma GCC visibility push(hidden)

namespace signet {

// "FILE: " where `file` is not empty, and then the texts, one behind the other; cut off where it
// gets too long.
void SetDlError(std::string_view file, std::string_view text, std::string_view detail = {},
                std::string_view more = {}, std::string_view last = {});

// A thread's error of before is no longer to be told: each call that may fail begins with this.
void ClearDlError();

// The text if there was an error since the last call, else null. It stays the loader's, and valid
// until this thread's next error.
char* TakeDlError();

}  // namespace signet

#pragma GCC visibility pop

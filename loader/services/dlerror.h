// SPDX-License-Identifier: MIT
//
// The text for dlerror: each thread has one, of its last call that failed.
//
// Input: texts. Output: the last one, once. Takes no lock; not for signal handlers.
#pragma once

#include <string_view>

#pragma GCC visibility push(hidden)

namespace signet {

// "FILE: " if `file` is not empty, and then the texts joined.
void SetDlError(std::string_view file, std::string_view text, std::string_view detail = {},
                std::string_view more = {}, std::string_view last = {});

// Forgets an earlier error of this thread. Each call that may fail begins with this.
void ClearDlError();

// The text if there was an error since the last call, else null. It belongs to the loader, and is
// valid until this thread's next error.
char* TakeDlError();

}  // namespace signet

#pragma GCC visibility pop

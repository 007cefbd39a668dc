// SPDX-License-Identifier: MIT
//
// Text that becomes a path: a bounded buffer, the default directories, and the dynamic string
// tokens $ORIGIN, $LIB and $PLATFORM (gABI, "Substitution Sequences") filled in.
//
// Input: strings from files, the environment and the command line. Output: strings. It opens
// nothing. For $ORIGIN of a relative path it asks the kernel for the current directory. Not
// thread-safe: used while searching, except for CopyOrigin.
#pragma once

#include <linux/limits.h>

#include <string_view>

#include "base/text.h"
#include "loader/find/search_context.h"
#include "loader/module.h"

#pragma GCC visibility push(hidden)

namespace signet {

// The default directories, in ld.so's order.
inline constexpr char kDefaultPath[] = "/" SIGNET_DST_LIB ":/usr/" SIGNET_DST_LIB ":/lib:/usr/lib";

// Whether a path begins with a default directory, by its text: ".." in it is not understood.
bool IsInDefaultDirectory(std::string_view path);

// A path under construction. A path that does not fit PATH_MAX would be refused by the kernel, too.
// The room is not on the stack, because that may be small: a thread of the program calls dlopen.
// Whoever searches holds the loader lock, so a function's room may be static.
class PathBuffer : public TextWriter {
 public:
  using Room = char[PATH_MAX];

  explicit PathBuffer(Room& room) : TextWriter({room, sizeof room - 1}), room_(room) {}
  PathBuffer(const PathBuffer&) = delete;
  PathBuffer& operator=(const PathBuffer&) = delete;

  const char* c_str() {
    room_[view().size()] = '\0';
    return room_;
  }

 private:
  Room& room_;
};

// What $ORIGIN stands for in this module's names: the directory of its file. Empty if that is not
// known. It is computed at the first call, because few modules use it.
std::string_view Origin(Module& module);

// The same for any thread at any time: writes the text, with a null byte at its end. It keeps no
// memory.
void CopyOrigin(const Module& module, char* out);

// To be called when a module was loaded. If its path is relative, its $ORIGIN must be found now:
// the program may change the current directory later.
void KeepOrigin(Module& module);

// What $PLATFORM stands for. Empty if the kernel names none.
std::string_view PlatformName(const SearchOptions& options);

// `text` with its tokens replaced by what they mean for `module`. Without tokens the result is
// `text` itself, otherwise a terminated string in the arena. Empty if a token has no value here.
// In secure mode $ORIGIN must be the whole first component, and the result must lie in a default
// directory; otherwise the result is empty. The reason: a user who makes a hard link to a
// set-user-ID program chooses its directory. Such a result is in its normal form, without "..".
std::string_view ExpandTokens(std::string_view text, Module& module, const SearchOptions& options);

}  // namespace signet

#pragma GCC visibility pop

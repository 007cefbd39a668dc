// SPDX-License-Identifier: MIT
//
// Text that becomes a path: a bounded buffer, the default directories, and the dynamic string
// tokens $ORIGIN, $LIB and $PLATFORM (gABI, "Substitution Sequences") filled in.
//
// Input: strings from files, the environment and the command line. Output: strings. It opens
// nothing; $ORIGIN of a relative path asks the kernel for the current directory.
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

// Whether a path begins with a default directory. It has not been normalised.
bool IsInDefaultDirectory(std::string_view path);

// A path under construction. What does not fit PATH_MAX would be refused by the kernel as well.
class PathBuffer : public TextWriter {
 public:
  PathBuffer() : TextWriter({bytes_, sizeof bytes_ - 1}) {}
  PathBuffer(const PathBuffer&) = delete;
  PathBuffer& operator=(const PathBuffer&) = delete;

  const char* c_str() {
    bytes_[view().size()] = '\0';
    return bytes_;
  }

 private:
  char bytes_[PATH_MAX];
};

// What $ORIGIN stands for in this module's names: the directory of its file, found when first asked
// for; empty if it cannot be told.
std::string_view Origin(Module& module);

// For a module that was just loaded: a relative path means something only as long as the current
// directory is the same.
void KeepOrigin(Module& module);

// `text` with its tokens filled in on behalf of `module`: itself if there are none, otherwise a
// terminated string in the arena. Empty if a token has no value here, or may not have one in secure
// mode: there $ORIGIN must be the whole first component, and the result lie in a default directory,
// since whoever can make a hard link to the program chooses its directory.
std::string_view ExpandTokens(std::string_view text, Module& module, const SearchOptions& options);

}  // namespace signet

#pragma GCC visibility pop

// SPDX-License-Identifier: MIT
//
// A list of directories, taken from a DT_RPATH, a DT_RUNPATH or a library path. Directories are
// shared: what one list has learned about a directory, all others know.
#pragma once

#include "loader/find/search_directory.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct SearchPath {
  std::string_view what;         // "RUNPATH", as traces call it
  const char* file = nullptr;    // whose it is; null if no file's
  List<Directory*> directories;  // none of them twice
};

// Takes `text` apart, with its tokens filled in on behalf of `module`. Elements that cannot be
// expanded are dropped; an empty one is the current directory.
SearchPath* SplitPath(std::string_view text, std::string_view separators, std::string_view what,
                      Module& module, SearchContext& context);

// Tries `name` in each directory in turn.
void OpenInPath(SearchContext& context, const SearchPath& path, std::string_view name,
                Finding& finding);

}  // namespace signet

#pragma GCC visibility pop

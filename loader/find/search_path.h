// SPDX-License-Identifier: MIT
//
// A list of directories, from a DT_RPATH, a DT_RUNPATH or a library path. Lists share their
// directories, so that what was learned about a directory serves all of them.
//
// Input: text. Output: lists, and open files. Not thread-safe: used while searching.
#pragma once

#include "loader/find/search_directory.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct SearchPath {
  std::string_view what;         // "RUNPATH": its name in traces
  const char* file = nullptr;    // the file that states it; null if none does
  List<Directory*> directories;  // without duplicates
};

// Splits `text` and replaces its tokens by what they mean for `module`. Elements with a token that
// has no value are left out. An empty element is the current directory. In secure mode only
// absolute elements count.
SearchPath* SplitPath(std::string_view text, std::string_view separators, std::string_view what,
                      Module& module, SearchContext& context);

// Tries `name` in each directory in turn.
void OpenInPath(SearchContext& context, const SearchPath& path, std::string_view name,
                Finding& finding);

}  // namespace signet

#pragma GCC visibility pop

// SPDX-License-Identifier: MIT
//
// Subdirectories that ld.so of glibc before 2.37 searches before the search directory itself: every
// combination of "tls", the platform, and two names of CPU features, such as "tls/x86_64". Later
// releases and musl do not know them.
//
// Input: search directories, and libc's interpreter, whose file says which of the two it is. It is
// read only if a search directory has such a subdirectory. Output: paths. Not thread-safe: used
// while searching.
#pragma once

#include <cstdint>
#include <string_view>

#include "loader/find/hwcaps.h"

#pragma GCC visibility push(hidden)

namespace signet {

class PathBuffer;
struct SearchContext;

// What the running libc searches.
struct LegacyNames {
  static constexpr unsigned kCount = 4;

  bool are_known = false;
  // In a path, later ones come first. An empty one does not count on this CPU.
  std::string_view names[kCount] = {};

  // "tls" always counts, where any of them does.
  bool AreSearched() const { return !names[kCount - 1].empty(); }
};

// A combination of names: bit N stands for the N-th. They are tried from the highest to 1.
using LegacySet = unsigned;
inline constexpr LegacySet kAllLegacyNames = (1u << LegacyNames::kCount) - 1;

// The names that are subdirectories of the directory whose prefix is in `path`, and are searched.
LegacySet FindLegacyDirectories(SearchContext& context, PathBuffer& path);

// Appends the path that these names make. False, and no change, if one of them does not count, or
// if its first one is none of those that were `found`.
[[nodiscard]] bool AppendLegacyPath(const LegacyNames& legacy, LegacySet set, LegacySet found,
                                    PathBuffer& path);

}  // namespace signet

#pragma GCC visibility pop

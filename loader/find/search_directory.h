// SPDX-License-Identifier: MIT
//
// One directory in which libraries are searched for. What is known about it is kept, so that the
// kernel is asked each question once.
//
// Input: a directory and a file name. Output: an open file. Not thread-safe: used while searching.
#pragma once

#include "loader/find/search_context.h"
#include "loader/module.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct Directory {
  std::string_view prefix;  // ends in '/', or is empty for the current directory
  uint32_t hash = 0;        // of the prefix
  bool examined = false;
  bool exists = true;  // or it is not known
  uint8_t levels = 0;  // bit N: it has glibc-hwcaps/x86-64-vN, and this CPU supports that level
  uint8_t legacy = 0;  // those of legacy_directories.h that it has

  // The program may change the current directory. So nothing is remembered about a relative one.
  bool IsAbsolute() const { return prefix.starts_with('/'); }
};

// What a search has found so far.
struct Finding {
  FoundFile file;
  bool other_class = false;  // a file of the right name was passed over: it is 32-bit

  bool found() const { return file.path != nullptr; }
};

bool IsDirectory(const char* path);

// Tries `name` in the glibc-hwcaps subdirectories that suit this CPU, the highest level first, then
// in those of legacy_directories.h, and then in the directory itself. If there is none,
// finding.file.fd says why.
void OpenInDirectory(SearchContext& context, Directory& directory, std::string_view name,
                     Finding& finding);

}  // namespace signet

#pragma GCC visibility pop

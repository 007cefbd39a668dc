// SPDX-License-Identifier: MIT
//
// One directory that libraries are looked for in, with what is known of it, so that each question
// is put to the kernel once. Its glibc-hwcaps subdirectories come before it.
#pragma once

#include "loader/find/search_context.h"
#include "loader/module.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct Directory {
  std::string_view prefix;  // ends in '/', or is empty for the current directory
  uint32_t hash = 0;        // of the prefix
  bool examined = false;
  bool exists = true;  // or not known
  uint8_t levels = 0;  // bit N: it has glibc-hwcaps/x86-64-vN, and this CPU supports that level

  // A relative one moves with the current directory: nothing is remembered of it.
  bool IsAbsolute() const { return prefix.starts_with('/'); }
};

// What a search has come to.
struct Finding {
  FoundFile file;
  bool other_class = false;  // a file of the right name was passed over: it is 32-bit

  bool found() const { return file.path != nullptr; }
};

// Tries `name` in the subdirectories and in the directory itself. Where there is none,
// finding.file.fd says why.
void OpenInDirectory(SearchContext& context, Directory& directory, std::string_view name,
                     Finding& finding);

}  // namespace signet

#pragma GCC visibility pop

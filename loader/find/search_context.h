// SPDX-License-Identifier: MIT
//
// What the steps of a search for a library share: options, facts about this CPU and about
// directories, and the objects that report and that open files.
//
// Input: options. Output: facts that searches add. Not thread-safe: used while searching.
#pragma once

#include <algorithm>
#include <string_view>

#include "base/arena.h"
#include "elf/ld_cache.h"
#include "loader/diagnostics.h"
#include "loader/find/hwcaps.h"
#include "loader/find/legacy_directories.h"
#include "loader/open_files.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct SearchOptions {
  const char* library_path = nullptr;  // --library-path or LD_LIBRARY_PATH; null if neither counts
  std::string_view platform = {};      // AT_PLATFORM
  bool inhibit_cache = false;          // --inhibit-cache
  bool secure = false;                 // AT_SECURE
  // Of the glibc-hwcaps subdirectories that are searched.
  unsigned highest_level = elf::kTopLevel;
};

// Who states a library's name: a file (DT_NEEDED, /etc/ld.so.preload) or the start's command line,
// or else the program, by dlopen.
enum class NamedBy { kFile, kProgram };

// The caller closes the descriptor. If nothing was found, `fd` is a negative errno value: -ENOEXEC
// if there are only files of another ELF class.
struct FoundFile {
  int fd = -1;
  const char* path = nullptr;  // in the arena; null if nothing was found
};

struct Directory;

// Which libc a program has is known only once its interpreter or its libc is found. Until then it
// is the system's.
inline constexpr char kSystemInterpreter[] = "/lib64/ld-linux-x86-64.so.2";

struct SearchContext {
  SearchOptions options;
  Diagnostics& diagnostics;
  OpenFiles& open_files;
  const char* interpreter = kSystemInterpreter;  // libc's
  Cpu cpu = {};
  LegacyNames legacy = {};

  // Of the glibc-hwcaps subdirectories.
  unsigned Level() { return std::min(cpu.Level(), options.highest_level); }
  List<Directory*> directories = {};  // every directory of any list
};

}  // namespace signet

#pragma GCC visibility pop

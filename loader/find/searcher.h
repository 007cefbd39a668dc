// SPDX-License-Identifier: MIT
//
// From a name to an open file: the directories, in ld.so's order, and /etc/ld.so.cache.
//
// Input: a DT_NEEDED name and the module that needs it. Output: a descriptor and the path. ELF
// files of another class or machine are passed over in directories, as ld.so does; whether the file
// is any good otherwise is the mapper's question. Not thread-safe.
#pragma once

#include "loader/module.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct SearchOptions {
  const char* library_path = nullptr;  // --library-path or LD_LIBRARY_PATH; null if neither counts
  std::string_view platform = {};      // AT_PLATFORM
  bool inhibit_cache = false;          // --inhibit-cache
  bool secure = false;                 // AT_SECURE
};

// What was found. The descriptor is the caller's to close. If nothing was found it is a negative
// errno value: -ENOEXEC where there are only files of another ELF class.
struct FoundFile {
  int fd = -1;
  const char* path = nullptr;  // in the arena; null if nothing was found
};

// To be called once, before the first search. `options` strings stay the caller's and must outlive
// the search.
void InitSearch(const SearchOptions& options);

// From now on, musl's directories instead of the cache and the default ones.
void SearchAsMusl();

// A name with a slash is a path, its $ORIGIN and the like expanded; any other is searched for on
// behalf of `requester`:
//   DT_RPATH of the requester, then of those that needed it, up to the program (unless the
//   requester has DT_RUNPATH); the library path; DT_RUNPATH of the requester; ld.so.cache; the
//   default directories.
// ld.so.cache stays mapped: to unmap it costs a start more than to keep it.
// In each directory glibc-hwcaps subdirectories that this CPU supports come first.
FoundFile FindLibrary(const char* name, Module* requester);

// Calls show(directory, data) for each directory that a search on behalf of `requester` goes
// through, in order, as RTLD_DI_SERINFO of glibc tells them: ld.so.cache and glibc-hwcaps
// subdirectories are not among them, lists of which a search has found no directory there are left
// out, and the program's DT_RPATH comes once more at the end of the others. A name ends in a slash,
// or is empty for the current directory.
void ForEachSearchDirectory(Module& requester, void (*show)(std::string_view name, void* data),
                            void* data);

}  // namespace signet

#pragma GCC visibility pop

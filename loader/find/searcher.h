// SPDX-License-Identifier: MIT
//
// From a name to an open file: the directories, in ld.so's order, and /etc/ld.so.cache.
//
// Input: a DT_NEEDED name and the module that needs it. Output: a descriptor and the path. ELF
// files of another class or machine are passed over in directories, as ld.so does; whether the file
// is any good otherwise is the mapper's question. Not thread-safe.
#pragma once

#include "elf/ld_cache.h"
#include "loader/find/search_context.h"
#include "loader/find/search_path.h"
#include "loader/module.h"

#pragma GCC visibility push(hidden)

namespace signet {

class Searcher {
 public:
  // The strings of `options` stay the caller's and must outlive the searcher.
  Searcher(const SearchOptions& options, Diagnostics& diagnostics, OpenFiles& open_files)
      : context_{options, diagnostics, open_files} {}

  // From now on, musl's directories instead of the cache and the default ones.
  void SearchAsMusl() { is_musl_ = true; }

  // A name with a slash is a path, its $ORIGIN and the like expanded; any other is searched for on
  // behalf of `requester`:
  //   DT_RPATH of the requester, then of those that needed it, up to the program (unless the
  //   requester has DT_RUNPATH); the library path; DT_RUNPATH of the requester; ld.so.cache; the
  //   default directories.
  // ld.so.cache stays mapped: to unmap it costs a start more than to keep it.
  // In each directory glibc-hwcaps subdirectories that this CPU supports come first.
  FoundFile Find(const char* name, Module& requester);

  // Calls show(directory, data) for each directory that a search on behalf of `requester` goes
  // through, in order, as RTLD_DI_SERINFO of glibc shows them: without ld.so.cache and glibc-hwcaps
  // subdirectories, without lists of which a search has found no directory there, and with the
  // program's DT_RPATH once more at the end of the others. A name ends in a slash, or is empty for
  // the current directory.
  void ForEachDirectory(Module& requester, void (*show)(std::string_view name, void* data),
                        void* data);

 private:
  const SearchPath& PathOf(Module& module);
  const SearchPath* LibraryPath(Module& requester);
  const SearchPath& DefaultPath(Module& requester);
  void SearchRpaths(std::string_view name, Module& requester, Finding& finding);
  void SearchLibraryPath(std::string_view name, Module& requester, Finding& finding);
  void SearchCache(const char* name, const Module& requester, Finding& finding);
  void SearchDefaults(std::string_view name, Module& requester, Finding& finding);
  void SearchMuslPath(std::string_view name, Module& requester, Finding& finding);
  void OpenCache();
  FoundFile OpenPath(const char* name, Module& requester);

  SearchContext context_;
  // Split when first asked for; null before.
  const SearchPath* library_path_ = nullptr;
  const SearchPath* default_path_ = nullptr;
  const SearchPath* musl_path_ = nullptr;
  bool is_musl_ = false;
  bool cache_opened_ = false;
  elf::LdCache cache_;
};

}  // namespace signet

#pragma GCC visibility pop

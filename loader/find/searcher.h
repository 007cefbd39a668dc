// SPDX-License-Identifier: MIT
//
// The search for libraries: from a name to an open file, through the directories in ld.so's order
// and through /etc/ld.so.cache.
//
// This room knows files and directories, but not what is done with them. Searcher::Find has the
// order; search_path.h is a list of directories, search_directory.h is one of them, hwcaps.h says
// which of its subdirectories suit the CPU, and path_text.h replaces $ORIGIN and the like.
//
// Input: a DT_NEEDED name and the module that needs it. Output: a descriptor and the path. In
// directories, ELF files of another class or machine are skipped, as ld.so does; any other fault of
// a file is found when it is loaded. Not thread-safe: used while linking, under the loader lock.
#pragma once

#include "elf/ld_cache.h"
#include "loader/find/mapped_file.h"
#include "loader/find/search_context.h"
#include "loader/find/search_path.h"
#include "loader/module.h"

#pragma GCC visibility push(hidden)

namespace signet {

inline constexpr char kCacheFile[] = "/etc/ld.so.cache";

class Searcher {
 public:
  // The strings of `options` stay the caller's and must outlive the searcher.
  Searcher(const SearchOptions& options, Diagnostics& diagnostics, OpenFiles& open_files)
      : context_{options, diagnostics, open_files} {}

  // libc's interpreter: its release may know other directories.
  void SearchAs(const char* interpreter) { context_.interpreter = interpreter; }

  // From now on musl's directories replace the cache and the default directories.
  void SearchAsMusl() {
    is_musl_ = true;
    context_.legacy = {.are_known = true};
  }

  // A name with a slash is a path, in which $ORIGIN and the like are replaced. In secure mode it
  // may be relative only if the program says it: it knows the current directory. Any other name is
  // searched for on behalf of `requester`, in this order:
  //   1. DT_RPATH of the requester, then of the modules that needed it, up to the program; not if
  //      the requester has DT_RUNPATH
  //   2. the library path
  //   3. DT_RUNPATH of the requester
  //   4. ld.so.cache
  //   5. the default directories
  // In each directory, the glibc-hwcaps subdirectories that this CPU supports come first, and
  // then those of legacy_directories.h.
  FoundFile Find(const char* name, Module& requester, NamedBy named_by = NamedBy::kFile);

  // Splits all lists that a search on behalf of `requester` may use. Afterwards the lists of it and
  // of those that needed it do not change.
  void SplitLists(Module& requester);

  // Calls show(directory, data) for each directory of a search on behalf of `requester`, in order,
  // as RTLD_DI_SERINFO of glibc does. So ld.so.cache and glibc-hwcaps subdirectories are not shown,
  // a list whose directories were all found missing is not shown, and the program's DT_RPATH is
  // shown once more behind the other DT_RPATHs. A name ends in a slash; it is empty for the current
  // directory. After SplitLists, any thread may call this at any time.
  void ForEachDirectory(const Module& requester, void (*show)(std::string_view name, void* data),
                        void* data) const;

  // ld.so.cache, once it is opened; empty before. It stays mapped, because unmapping it would cost
  // every start a system call, and is sealed: who could replace it would choose the files of later
  // libraries.
  const MappedFile& cache_file() const { return cache_file_; }

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
  FoundFile OpenPath(const char* name, Module& requester, NamedBy named_by);

  SearchContext context_;
  // Split at the first search that needs it; null before.
  const SearchPath* library_path_ = nullptr;
  const SearchPath* default_path_ = nullptr;
  const SearchPath* musl_path_ = nullptr;
  bool is_musl_ = false;
  bool cache_opened_ = false;
  elf::LdCache cache_;
  MappedFile cache_file_;
};

}  // namespace signet

#pragma GCC visibility pop

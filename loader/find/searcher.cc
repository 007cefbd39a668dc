// SPDX-License-Identifier: MIT
#include "loader/find/searcher.h"

#include <algorithm>
#include <cerrno>

#include "base/split.h"
#include "base/syscall.h"
#include "elf/ld_cache.h"
#include "loader/diagnostics.h"
#include "loader/find/hwcaps.h"
#include "loader/find/path_text.h"
#include "loader/find/search_path.h"

namespace signet {
namespace {

// musl has no cache: a file names its directories.
constexpr char kMuslPathFile[] = "/etc/ld-musl-x86_64.path";
constexpr char kMuslDefaultPath[] = "/lib:/usr/local/lib:/usr/lib";

// Of a module, or of a constant one.
template <typename AnyModule>
AnyModule& ProgramOf(AnyModule& requester) {
  AnyModule* module = &requester;
  while (module->search.needed_by != nullptr) module = module->search.needed_by;
  return *module;
}

bool UsesDefaults(const Module& requester) {
  return (requester.dynamic.flags_1 & DF_1_NODEFLIB) == 0;
}

// musl's path file separates directories by colons or ends of lines. The result is a list for
// SplitPath. It has no empty elements, because SplitPath takes one for the current directory.
std::string_view MuslDirectories(std::span<const std::byte> file) {
  TextWriter list(ArenaArray<char>(file.size()));
  ListElements names({std::bit_cast<const char*>(file.data()), file.size()}, "\n:");
  for (std::string_view name; names.Next(name);) {
    if (!name.empty()) list << (list.size() != 0 ? ":" : "") << name;
  }
  return list.view();
}

}  // namespace

void Searcher::OpenCache() {
  cache_opened_ = true;
  const MappedFile file = MapFile(context_.open_files, kCacheFile);
  if (file.bytes.empty()) return;
  const elf::Check bad = cache_.Init(file.bytes);
  if (!bad) {
    cache_file_ = file;
    return;
  }
  cache_ = {};
  UnmapFile(file);
  if (context_.diagnostics.Traces(kTraceLibs)) {
    Line() << "ld-signet: libs:  ignoring cache=" << kCacheFile << ": " << *bad;
  }
}

// The module's DT_RUNPATH, or else its DT_RPATH. A module that has both uses DT_RUNPATH only.
const SearchPath& Searcher::PathOf(Module& module) {
  if (module.search.path == nullptr) {
    const elf::Dynamic& dynamic = module.dynamic;
    const bool runpath = dynamic.runpath != nullptr;
    const LastingMemory lasting(module.published.is_linked, module.unload.region);
    SearchPath* path = SplitPath(runpath ? dynamic.runpath : dynamic.rpath, ":",
                                 runpath ? "RUNPATH" : "RPATH", module, context_);
    path->file = module.path;
    module.search.path = path;
  }
  return *module.search.path;
}

// As under ld.so, DT_RUNPATH of the requester turns DT_RPATH off for its searches, both its own and
// that of the modules that needed it.
void Searcher::SearchRpaths(std::string_view name, Module& requester, Finding& finding) {
  if (requester.dynamic.runpath != nullptr) return;
  for (Module* module = &requester; module != nullptr && !finding.found();
       module = module->search.needed_by) {
    if (module->dynamic.rpath != nullptr) OpenInPath(context_, PathOf(*module), name, finding);
  }
}

// Null if there is none.
const SearchPath* Searcher::LibraryPath(Module& requester) {
  if (library_path_ == nullptr && context_.options.library_path != nullptr) {
    const LastingMemory lasting(true);
    library_path_ = SplitPath(context_.options.library_path, ":;", "library path",
                              ProgramOf(requester), context_);
  }
  return library_path_;
}

void Searcher::SearchLibraryPath(std::string_view name, Module& requester, Finding& finding) {
  if (const SearchPath* path = LibraryPath(requester)) OpenInPath(context_, *path, name, finding);
}

const SearchPath& Searcher::DefaultPath(Module& requester) {
  if (default_path_ == nullptr) {
    const LastingMemory lasting(true);
    default_path_ = SplitPath(kDefaultPath, ":", "system search path", requester, context_);
  }
  return *default_path_;
}

void Searcher::SearchCache(const char* name, const Module& requester, Finding& finding) {
  if (context_.options.inhibit_cache) return;
  if (context_.diagnostics.Traces(kTraceLibs))
    Line() << "ld-signet: libs:  search cache=" << kCacheFile;
  if (!cache_opened_) OpenCache();
  const char* path = cache_.Find(name, [this] { return context_.Level(); });
  if (path == nullptr || (!UsesDefaults(requester) && IsInDefaultDirectory(path))) return;
  if (context_.diagnostics.Traces(kTraceLibs)) Line() << "ld-signet: libs:   trying file=" << path;
  finding.file.fd = context_.open_files.Open(path);
  if (finding.file.fd >= 0) finding.file.path = ArenaString(path);
}

void Searcher::SearchDefaults(std::string_view name, Module& requester, Finding& finding) {
  if (UsesDefaults(requester)) OpenInPath(context_, DefaultPath(requester), name, finding);
}

void Searcher::SearchMuslPath(std::string_view name, Module& requester, Finding& finding) {
  if (musl_path_ == nullptr) {
    const LastingMemory lasting(true);
    const MappedFile file = MapFile(context_.open_files, kMuslPathFile);
    const std::string_view list = MuslDirectories(file.bytes);
    UnmapFile(file);
    musl_path_ = SplitPath(list.empty() ? kMuslDefaultPath : list, ":", "musl's path",
                           ProgramOf(requester), context_);
  }
  OpenInPath(context_, *musl_path_, name, finding);
}

FoundFile Searcher::OpenPath(const char* name, Module& requester, NamedBy named_by) {
  const std::string_view path = ExpandTokens(name, requester, context_.options);
  const bool must_be_absolute = context_.options.secure && named_by == NamedBy::kFile;
  if (path.empty() || (must_be_absolute && !path.starts_with('/'))) return {.fd = -ENOENT};
  const int fd = context_.open_files.Open(path.data());  // it is terminated, because `name` is
  return {fd, fd < 0 ? nullptr : ArenaString(path)};
}

FoundFile Searcher::Find(const char* name, Module& requester, NamedBy named_by) {
  if (std::string_view(name).find('/') != std::string_view::npos) {
    return OpenPath(name, requester, named_by);
  }
  if (context_.diagnostics.Traces(kTraceLibs)) {
    Line() << "ld-signet: libs: find library=" << name << " [0]; searching";
  }
  Finding finding;
  finding.file.fd = -ENOENT;
  SearchRpaths(name, requester, finding);
  if (!finding.found()) SearchLibraryPath(name, requester, finding);
  if (!finding.found() && requester.dynamic.runpath != nullptr) {
    OpenInPath(context_, PathOf(requester), name, finding);
  }
  if (is_musl_) {
    if (!finding.found()) SearchMuslPath(name, requester, finding);
  } else {
    if (!finding.found()) SearchCache(name, requester, finding);
    if (!finding.found()) SearchDefaults(name, requester, finding);
  }
  if (!finding.found() && finding.other_class) finding.file.fd = -ENOEXEC;
  return finding.file;
}

void Searcher::SplitLists(Module& requester) {
  if (requester.dynamic.rpath != nullptr || requester.dynamic.runpath != nullptr)
    (void)PathOf(requester);
  (void)LibraryPath(requester);
  (void)DefaultPath(requester);
}

void Searcher::ForEachDirectory(const Module& requester,
                                void (*show)(std::string_view name, void* data), void* data) const {
  const auto show_path = [&](const SearchPath* path) {
    if (path == nullptr) return;
    const auto& list = path->directories;
    if (std::ranges::none_of(list, &Directory::exists)) return;
    for (const Directory* directory : list) show(directory->prefix, data);
  };
  if (requester.dynamic.runpath == nullptr) {
    for (const Module* module = &requester; module != nullptr; module = module->search.needed_by) {
      if (module->dynamic.rpath != nullptr) show_path(module->search.path);
    }
    const Module& program = ProgramOf(requester);
    if (&program != &requester && program.dynamic.rpath != nullptr) show_path(program.search.path);
  }
  show_path(library_path_);
  if (requester.dynamic.runpath != nullptr) show_path(requester.search.path);
  if (UsesDefaults(requester)) show_path(default_path_);
}

}  // namespace signet

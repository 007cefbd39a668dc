// SPDX-License-Identifier: MIT
#include "loader/find/searcher.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/map_anywhere.h"
#include "base/split.h"
#include "base/syscall.h"
#include "elf/ld_cache.h"
#include "loader/diagnostics.h"
#include "loader/find/hwcaps.h"
#include "loader/find/open_files.h"
#include "loader/find/path_text.h"
#include "loader/find/search_path.h"

namespace signet {
namespace {

constexpr char kCacheFile[] = "/etc/ld.so.cache";

constinit SearchOptions search_options;
constinit const SearchPath* library_path = nullptr;
constinit const SearchPath* default_path = nullptr;

// musl has no cache: a file names its directories.
constexpr char kMuslPathFile[] = "/etc/ld-musl-x86_64.path";
constexpr char kMuslDefaultPath[] = "/lib:/usr/local/lib:/usr/lib";
constinit bool is_musl = false;
constinit const SearchPath* musl_path = nullptr;

constinit elf::LdCache cache;
constinit bool cache_opened = false;

// An empty file cannot be mapped, and is no cache either.
std::span<const std::byte> MapFile(const char* path) {
  const int fd = OpenFile(path);
  if (fd < 0) return {};
  std::span<const std::byte> bytes;
  struct stat status = {};
  if (!sys::Failed(sys::Stat(fd, &status)) && status.st_size > 0) {
    const auto size = static_cast<uint64_t>(status.st_size);
    const long mapped = MapAnywhere(size, PROT_READ, MAP_PRIVATE, fd);
    if (!sys::Failed(mapped)) bytes = {std::bit_cast<const std::byte*>(mapped), size};
  }
  CloseFile(fd);
  return bytes;
}

void OpenCache() {
  cache_opened = true;
  const std::span<const std::byte> file = MapFile(kCacheFile);
  if (file.empty()) return;
  const elf::Check bad = cache.Init(file);
  if (!bad) return;
  cache = {};
  if (Tracing(kTraceLibs)) {
    Line() << "ld-signet: libs:  ignoring cache=" << kCacheFile << ": " << *bad;
  }
}

Module& ProgramOf(Module& requester) {
  Module* module = &requester;
  while (module->search.needed_by != nullptr) module = module->search.needed_by;
  return *module;
}

bool UsesDefaults(const Module& requester) {
  return (requester.dynamic.flags_1 & DF_1_NODEFLIB) == 0;
}

// The module's DT_RUNPATH, or, since it has only one of them, its DT_RPATH.
const SearchPath& PathOf(Module& module) {
  if (module.search.path == nullptr) {
    const elf::Dynamic& dynamic = module.dynamic;
    const bool runpath = dynamic.runpath != nullptr;
    const LastingMemory lasting(module.published.is_linked, module.unload.region);
    SearchPath* path = SplitPath(runpath ? dynamic.runpath : dynamic.rpath, ":",
                                 runpath ? "RUNPATH" : "RPATH", module, search_options);
    path->file = module.path;
    module.search.path = path;
  }
  return *module.search.path;
}

// A module that has DT_RUNPATH counts on no DT_RPATH, be it its own or that of another.
void SearchRpaths(std::string_view name, Module& requester, Finding& finding) {
  if (requester.dynamic.runpath != nullptr) return;
  for (Module* module = &requester; module != nullptr && !finding.found();
       module = module->search.needed_by) {
    if (module->dynamic.rpath != nullptr) OpenInPath(PathOf(*module), name, finding);
  }
}

// Null if there is none.
const SearchPath* LibraryPath(Module& requester) {
  if (library_path == nullptr && search_options.library_path != nullptr) {
    const LastingMemory lasting(true);
    library_path = SplitPath(search_options.library_path, ":;", "library path",
                             ProgramOf(requester), search_options);
  }
  return library_path;
}

void SearchLibraryPath(std::string_view name, Module& requester, Finding& finding) {
  if (const SearchPath* path = LibraryPath(requester)) OpenInPath(*path, name, finding);
}

const SearchPath& DefaultPath(Module& requester) {
  if (default_path == nullptr) {
    const LastingMemory lasting(true);
    default_path = SplitPath(kDefaultPath, ":", "system search path", requester, search_options);
  }
  return *default_path;
}

void SearchCache(const char* name, const Module& requester, Finding& finding) {
  if (search_options.inhibit_cache) return;
  if (Tracing(kTraceLibs)) Line() << "ld-signet: libs:  search cache=" << kCacheFile;
  if (!cache_opened) OpenCache();
  const char* path = cache.Find(name, CpuLevel);
  if (path == nullptr || (!UsesDefaults(requester) && IsInDefaultDirectory(path))) return;
  if (Tracing(kTraceLibs)) Line() << "ld-signet: libs:   trying file=" << path;
  finding.file.fd = OpenFile(path);
  if (finding.file.fd >= 0) finding.file.path = ArenaString(path);
}

void SearchDefaults(std::string_view name, Module& requester, Finding& finding) {
  if (UsesDefaults(requester)) OpenInPath(DefaultPath(requester), name, finding);
}

// The directories of musl's path file, separated by colons or ends of lines, as a list for
// SplitPath, where an empty name would mean the current directory.
std::string_view MuslDirectories(std::span<const std::byte> file) {
  TextWriter list(ArenaArray<char>(file.size()));
  ListElements names({std::bit_cast<const char*>(file.data()), file.size()}, "\n:");
  for (std::string_view name; names.Next(name);) {
    if (!name.empty()) list << (list.size() != 0 ? ":" : "") << name;
  }
  return list.view();
}

void SearchMuslPath(std::string_view name, Module& requester, Finding& finding) {
  if (musl_path == nullptr) {
    const LastingMemory lasting(true);
    const std::string_view list = MuslDirectories(MapFile(kMuslPathFile));
    musl_path = SplitPath(list.empty() ? kMuslDefaultPath : list, ":", "musl's path",
                          ProgramOf(requester), search_options);
  }
  OpenInPath(*musl_path, name, finding);
}

FoundFile OpenPath(const char* name, Module& requester) {
  const std::string_view path = ExpandTokens(name, requester, search_options);
  if (path.empty()) return {.fd = -ENOENT};
  const int fd = OpenFile(path.data());  // terminated, as `name` is
  return {fd, fd < 0 ? nullptr : ArenaString(path)};
}

}  // namespace

void InitSearch(const SearchOptions& options) {
  search_options = options;
  library_path = nullptr;
}

void SearchAsMusl() { is_musl = true; }

FoundFile FindLibrary(const char* name, Module* requester) {
  if (std::string_view(name).find('/') != std::string_view::npos) {
    return OpenPath(name, *requester);
  }
  if (Tracing(kTraceLibs)) {
    Line() << "ld-signet: libs: find library=" << name << " [0]; searching";
  }
  Finding finding;
  finding.file.fd = -ENOENT;
  SearchRpaths(name, *requester, finding);
  if (!finding.found()) SearchLibraryPath(name, *requester, finding);
  if (!finding.found() && requester->dynamic.runpath != nullptr) {
    OpenInPath(PathOf(*requester), name, finding);
  }
  if (is_musl) {
    if (!finding.found()) SearchMuslPath(name, *requester, finding);
  } else {
    if (!finding.found()) SearchCache(name, *requester, finding);
    if (!finding.found()) SearchDefaults(name, *requester, finding);
  }
  if (!finding.found() && finding.other_class) finding.file.fd = -ENOEXEC;
  return finding.file;
}

void ForEachSearchDirectory(Module& requester, void (*show)(std::string_view name, void* data),
                            void* data) {
  const auto show_path = [&](const SearchPath& path) {
    const auto& list = path.directories;
    if (std::ranges::none_of(list, &Directory::exists)) return;
    for (const Directory* directory : list) show(directory->prefix, data);
  };
  if (requester.dynamic.runpath == nullptr) {
    for (Module* module = &requester; module != nullptr; module = module->search.needed_by) {
      if (module->dynamic.rpath != nullptr) show_path(PathOf(*module));
    }
    Module& program = ProgramOf(requester);
    if (&program != &requester && program.dynamic.rpath != nullptr) show_path(PathOf(program));
  }
  if (const SearchPath* path = LibraryPath(requester)) show_path(*path);
  if (requester.dynamic.runpath != nullptr) show_path(PathOf(requester));
  if (UsesDefaults(requester)) show_path(DefaultPath(requester));
}

}  // namespace signet

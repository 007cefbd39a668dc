// SPDX-License-Identifier: MIT
#include "loader/find/search_path.h"

#include <algorithm>
#include <cerrno>

#include "base/split.h"
#include "elf/symbol.h"
#include "loader/diagnostics.h"
#include "loader/find/path_text.h"

namespace signet {
namespace {

// `text` may end in slashes; the prefix ends in one.
Directory* FindDirectory(List<Directory*>& known_directories, std::string_view text) {
  while (text.size() > 1 && text.ends_with('/')) text.remove_suffix(1);
  const std::string_view slash = text.empty() || text.ends_with('/') ? "" : "/";
  const uint32_t hash = elf::GnuHash(text);
  for (Directory* known : known_directories) {
    if (known->hash == hash && known->prefix.size() == text.size() + slash.size() &&
        known->prefix.starts_with(text)) {
      return known;
    }
  }
  const LastingMemory lasting(true);
  auto* directory = ArenaNew<Directory>();
  directory->prefix = ArenaString(text, slash);
  directory->hash = hash;
  known_directories.Add(directory);
  return directory;
}

void TracePath(const SearchPath& path) {
  Line line;
  line << "ld-signet: libs:  search path=";
  bool first = true;
  for (const Directory* directory : path.directories) {
    if (!directory->exists) continue;
    std::string_view name = directory->prefix;
    if (name.size() > 1) name.remove_suffix(1);
    line << (first ? "" : ":") << name;
    first = false;
  }
  line << '\t' << '\t' << "(" << path.what;
  if (path.file != nullptr) line << " from file " << path.file;
  line << ")";
}

}  // namespace

SearchPath* SplitPath(std::string_view text, std::string_view separators, std::string_view what,
                      Module& module, SearchContext& context) {
  auto* path = ArenaNew<SearchPath>();
  path->what = what;
  ListElements elements(text, separators);
  for (std::string_view element; elements.Next(element);) {
    const std::string_view expanded = ExpandTokens(element, module, context.options);
    if (expanded.empty() && !element.empty()) continue;
    // The current directory of a secure process is its caller's choice.
    if (context.options.secure && !expanded.starts_with('/')) continue;
    Directory* directory = FindDirectory(context.directories, expanded);
    const List<Directory*>& so_far = path->directories;
    if (std::ranges::find(so_far, directory) == so_far.end()) path->directories.Add(directory);
  }
  return path;
}

void OpenInPath(SearchContext& context, const SearchPath& path, std::string_view name,
                Finding& finding) {
  if (path.directories.empty()) return;
  if (context.diagnostics.Traces(kTraceLibs)) TracePath(path);
  for (Directory* directory : path.directories) {
    OpenInDirectory(context, *directory, name, finding);
    if (finding.found()) return;
    // Like ld.so, gives up after any other error. Too many open files, for example, would be the
    // same error in the next directory.
    const int error = -finding.file.fd;
    if (error != ENOENT && error != EACCES && error != ENOTDIR) return;
  }
}

}  // namespace signet

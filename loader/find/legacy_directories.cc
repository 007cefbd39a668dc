// SPDX-License-Identifier: MIT
#include "loader/find/legacy_directories.h"

#include <bit>

#include "base/split.h"
#include "loader/find/mapped_file.h"
#include "loader/find/path_text.h"
#include "loader/find/search_directory.h"

namespace signet {
namespace {

// The interpreter's own help speaks of these directories, in the releases that search them.
constexpr std::string_view kInHelp = "Legacy HWCAP subdirectories";

// Every name that any CPU has. So most directories are done without CPUID.
constexpr std::string_view kAnyNames = "tls x86_64 haswell xeon_phi avx512_1";

bool Searches(SearchContext& context) {
  const MappedFile file = MapFile(context.open_files, context.interpreter);
  const std::string_view text(std::bit_cast<const char*>(file.bytes.data()), file.bytes.size());
  const bool found = text.find(kInHelp) != std::string_view::npos;
  UnmapFile(file);
  return found;
}

void Learn(SearchContext& context) {
  LegacyNames& legacy = context.legacy;
  legacy.are_known = true;
  if (!Searches(context)) return;
  legacy.names[0] = "x86_64";
  if (Cpu::HasLegacyAvx512()) legacy.names[1] = "avx512_1";
  legacy.names[2] = PlatformName(context.options);
  legacy.names[3] = "tls";
}

bool Has(PathBuffer& path, std::string_view name) {
  const size_t size = path.view().size();
  path << name;
  const bool has = path.fits() && IsDirectory(path.c_str());
  path.Truncate(size);
  return has;
}

bool HasAny(PathBuffer& path) {
  ListElements names(kAnyNames, " ");
  for (std::string_view name; names.Next(name);) {
    if (Has(path, name)) return true;
  }
  return false;
}

}  // namespace

LegacySet FindLegacyDirectories(SearchContext& context, PathBuffer& path) {
  LegacyNames& legacy = context.legacy;
  if (legacy.are_known ? !legacy.AreSearched() : !HasAny(path)) return 0;
  if (!legacy.are_known) Learn(context);
  LegacySet found = 0;
  for (unsigned i = 0; i < LegacyNames::kCount; ++i) {
    const std::string_view name = legacy.names[i];
    if (!name.empty() && Has(path, name)) found |= 1u << i;
  }
  return found;
}

bool AppendLegacyPath(const LegacyNames& legacy, LegacySet set, LegacySet found, PathBuffer& path) {
  if ((std::bit_floor(set) & found) == 0) return false;
  const size_t size = path.view().size();
  for (unsigned i = LegacyNames::kCount; i-- != 0;) {
    if ((set >> i & 1) == 0) continue;
    if (legacy.names[i].empty()) {
      path.Truncate(size);
      return false;
    }
    path << legacy.names[i] << "/";
  }
  return true;
}

}  // namespace signet

// SPDX-License-Identifier: MIT
#include "loader/find/search_directory.h"

#include <sys/stat.h>

#include <cerrno>

#include "base/attributes.h"
#include "base/syscall.h"
#include "elf/ld_cache.h"
#include "loader/find/hwcaps.h"
#include "loader/find/path_text.h"

namespace signet {
namespace {

constexpr char kHwcaps[] = "glibc-hwcaps";

void AppendLevel(PathBuffer& path, unsigned level) {
  const char digit = static_cast<char>('0' + level);
  path << kHwcaps << "/x86-64-v" << std::string_view(&digit, 1);
}

// Looks for glibc-hwcaps itself first. Hardly any directory has it, and without it CPUID need not
// be executed.
uint8_t FindLevels(SearchContext& context, const Directory& directory, PathBuffer& path) {
  path << kHwcaps;
  unsigned levels = 0;
  const unsigned highest =
      path.fits() && IsDirectory(path.c_str()) ? context.Level() : elf::kBaseLevel;
  for (unsigned level = highest; level > elf::kBaseLevel; --level) {
    path.Truncate(directory.prefix.size());
    AppendLevel(path, level);
    if (path.fits() && IsDirectory(path.c_str())) levels |= 1u << level;
  }
  path.Truncate(directory.prefix.size());
  return static_cast<uint8_t>(levels);
}

// What is not there has no subdirectories either.
void Examine(SearchContext& context, Directory& directory) {
  SIGNET_BUFFER static PathBuffer::Room room;
  PathBuffer path(room);
  path << directory.prefix;
  directory.examined = true;
  if (directory.IsAbsolute()) directory.exists = path.fits() && IsDirectory(path.c_str());
  if (!directory.exists) return;
  directory.levels = FindLevels(context, directory, path);
  directory.legacy = static_cast<uint8_t>(FindLegacyDirectories(context, path));
}

enum class Fit { kYes, kOtherClass, kOtherMachine };

// ld.so skips files of another class or machine, and nothing else. Any other fault of a file is an
// error that the user should see; it is reported when the file is loaded.
Fit FitsMachine(int fd) {
  struct {
    unsigned char ident[EI_NIDENT];
    uint16_t type;
    uint16_t machine;
  } header = {};
  if (sys::ReadAt(fd, &header, sizeof header, 0) != sizeof header ||
      std::memcmp(header.ident, ELFMAG, SELFMAG) != 0) {
    return Fit::kYes;
  }
  if (header.ident[EI_CLASS] != ELFCLASS64) return Fit::kOtherClass;
  if (header.ident[EI_DATA] == ELFDATA2LSB && header.machine != EM_X86_64) {
    return Fit::kOtherMachine;
  }
  return Fit::kYes;
}

void OpenCandidate(SearchContext& context, PathBuffer& path, Finding& finding) {
  if (!path.fits()) {
    finding.file.fd = -ENAMETOOLONG;
    return;
  }
  if (context.diagnostics.Traces(kTraceLibs))
    Line() << "ld-signet: libs:   trying file=" << path.view();
  const int fd = context.open_files.Open(path.c_str());
  finding.file.fd = fd;
  if (fd < 0) return;
  const Fit fit = FitsMachine(fd);
  if (fit == Fit::kYes) {
    finding.file.path = ArenaString(path.view());
    return;
  }
  if (context.diagnostics.Traces(kTraceLibs)) {
    Line() << "ld-signet: libs:     (incompatible ELF "
           << (fit == Fit::kOtherClass ? "class)" : "machine)");
  }
  if (fit == Fit::kOtherClass) finding.other_class = true;
  context.open_files.Close(fd);
  finding.file.fd = -ENOENT;
}

}  // namespace

bool IsDirectory(const char* path) {
  struct stat status = {};
  return !sys::Failed(sys::StatPath(path, &status)) && S_ISDIR(status.st_mode);
}

void OpenInDirectory(SearchContext& context, Directory& directory, std::string_view name,
                     Finding& finding) {
  finding.file.fd = -ENOENT;
  if (!directory.exists) return;
  if (!directory.examined || !directory.IsAbsolute()) Examine(context, directory);
  SIGNET_BUFFER static PathBuffer::Room room;
  PathBuffer path(room);
  path << directory.prefix;
  // In the subdirectory that has been appended.
  const auto try_here = [&] {
    path << name;
    OpenCandidate(context, path, finding);
    path.Truncate(directory.prefix.size());
    return finding.found();
  };
  for (unsigned level = elf::kTopLevel; level > elf::kBaseLevel; --level) {
    if ((directory.levels >> level & 1) == 0) continue;
    AppendLevel(path, level);
    path << "/";
    if (try_here()) return;
  }
  for (LegacySet set = directory.legacy != 0 ? kAllLegacyNames : 0; set != 0; --set) {
    if (AppendLegacyPath(context.legacy, set, directory.legacy, path) && try_here()) return;
  }
  (void)try_here();
}

}  // namespace signet

// SPDX-License-Identifier: MIT
#include "loader/find/search_directory.h"

#include <sys/stat.h>

#include <cerrno>

#include "base/syscall.h"
#include "elf/ld_cache.h"
#include "loader/find/hwcaps.h"
#include "loader/find/path_text.h"

namespace signet {
namespace {

constexpr char kHwcaps[] = "glibc-hwcaps";

bool IsDirectory(const char* path) {
  struct stat status = {};
  return !sys::Failed(sys::StatPath(path, &status)) && S_ISDIR(status.st_mode);
}

void AppendLevel(PathBuffer& path, unsigned level) {
  const char digit = static_cast<char>('0' + level);
  path << kHwcaps << "/x86-64-v" << std::string_view(&digit, 1);
}

// Looks for glibc-hwcaps itself first. Hardly any directory has it, and without it CPUID need not
// be executed.
uint8_t FindLevels(Cpu& cpu, const Directory& directory) {
  static PathBuffer::Room room;
  PathBuffer path(room);
  path << directory.prefix << kHwcaps;
  if (!path.fits() || !IsDirectory(path.c_str())) return 0;
  unsigned levels = 0;
  for (unsigned level = cpu.Level(); level > elf::kBaseLevel; --level) {
    path.Truncate(directory.prefix.size());
    AppendLevel(path, level);
    if (path.fits() && IsDirectory(path.c_str())) levels |= 1u << level;
  }
  return static_cast<uint8_t>(levels);
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

void OpenInDirectory(SearchContext& context, Directory& directory, std::string_view name,
                     Finding& finding) {
  finding.file.fd = -ENOENT;
  if (!directory.exists) return;
  const bool first_time = !directory.examined || !directory.IsAbsolute();
  if (first_time) directory.levels = FindLevels(context.cpu, directory);
  directory.examined = true;

  static PathBuffer::Room room;
  PathBuffer path(room);
  path << directory.prefix;
  for (unsigned level = elf::kTopLevel; level > elf::kBaseLevel; --level) {
    if ((directory.levels >> level & 1) == 0) continue;
    AppendLevel(path, level);
    path << "/" << name;
    OpenCandidate(context, path, finding);
    if (finding.found()) return;
    path.Truncate(directory.prefix.size());
  }
  path << name;
  OpenCandidate(context, path, finding);
  if (finding.found() || !first_time || !directory.IsAbsolute() || directory.levels != 0) return;
  path.Truncate(directory.prefix.size());
  directory.exists = IsDirectory(path.c_str());
}

}  // namespace signet

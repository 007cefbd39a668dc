// SPDX-License-Identifier: MIT
#include "loader/load/read_headers.h"

#include "base/attributes.h"
#include "base/syscall.h"

namespace signet {

bool IdentifyFile(Diagnostics& diagnostics, int fd, const char* path, ModuleFile& file) {
  struct stat status = {};
  if (const long result = sys::Stat(fd, &status); sys::Failed(result)) {
    diagnostics.LoadErrno(path, "cannot stat shared object", sys::Errno(result));
    return false;
  }
  file.device = status.st_dev;
  file.inode = status.st_ino;
  file.size = static_cast<uint64_t>(status.st_size);
  file.changed = ChangeTime(status);
  file.mode = status.st_mode;
  return true;
}

bool CheckProgramHeaders(Diagnostics& diagnostics, std::span<const elf::Phdr> phdrs,
                         Module& module) {
  const std::span<elf::Phdr> room = ArenaArray<elf::Phdr>(elf::LayoutRoom(phdrs));
  const elf::Check bad = elf::ReadProgramHeaders(phdrs, module.file.size, room, module.map.headers);
  if (bad) diagnostics.LoadError(module.path, *bad);
  return !bad;
}

bool ReadModuleHeaders(Diagnostics& diagnostics, int fd, Module& module) {
  const auto fail = [&](const elf::Problem& problem) {
    diagnostics.LoadError(module.path, problem);
    return false;
  };
  // Nearly always the program headers come with the first read. The stack may be small, and the
  // loader lock is held.
  SIGNET_BUFFER alignas(elf::Phdr) static std::byte buffer[2048];
  const long got = sys::ReadAt(fd, buffer, sizeof buffer, 0);
  if (sys::Failed(got)) {
    diagnostics.LoadErrno(module.path, "cannot read file data", sys::Errno(got));
    return false;
  }
  elf::Ehdr& header = module.file.header;
  const std::span<const std::byte> bytes(buffer, static_cast<size_t>(got));
  if (elf::Check bad = elf::ReadFileHeader(bytes, module.file.size, header)) return fail(*bad);
  module.map.fixed_address = header.e_type == ET_EXEC;
  if (module.map.fixed_address && module.origin != SIGNET_ORIGIN_PROGRAM) {
    return fail(elf::Sentence("cannot dynamically load executable"));
  }
  const std::span<elf::Phdr> phdrs = ArenaArray<elf::Phdr>(header.e_phnum);
  if (header.e_phoff + phdrs.size_bytes() <= bytes.size()) {
    std::memcpy(phdrs.data(), buffer + header.e_phoff, phdrs.size_bytes());
  } else if (sys::ReadAt(fd, phdrs.data(), phdrs.size_bytes(), header.e_phoff) !=
             static_cast<long>(phdrs.size_bytes())) {
    return fail(elf::Sentence("cannot read file data"));
  }
  if (!CheckProgramHeaders(diagnostics, phdrs, module)) return false;
  if (module.origin == SIGNET_ORIGIN_PROGRAM) return true;
  const elf::Check bad = elf::CheckAsLibrary(phdrs);
  return !bad || fail(*bad);
}

}  // namespace signet

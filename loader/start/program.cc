// SPDX-License-Identifier: MIT
#include "loader/start/program.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/page.h"
#include "base/syscall.h"
#include "loader/diagnostics.h"
#include "loader/find/path_text.h"
#include "loader/find/proc_exe.h"
#include "loader/find/searcher.h"
#include "loader/load/decode.h"
#include "loader/load/map.h"
#include "loader/load/protection.h"
#include "loader/load/read_headers.h"
#include "loader/start/permission.h"

namespace signet {
namespace {

// Whether `name` is an argument. If a script was started, the kernel has put its name among the
// arguments of its interpreter.
bool IsArgument(const Startup& startup, std::string_view name) {
  for (uint64_t i = 1; i < startup.argc(); ++i) {
    if (startup.argv[i] == name) return true;
  }
  return false;
}

// Whether the file with that status is the one that the kernel has started, as far as is known.
bool IsProcExe(const struct stat& status) {
  struct stat started = {};
  return sys::Failed(sys::StatPath(kProcExe, &started)) ||
         (started.st_dev == status.st_dev && started.st_ino == status.st_ino);
}

// The path and the size of the file that the kernel has mapped. /proc/self/exe has both, but is
// slow. AT_EXECFN is enough if its file is long enough; if a script was started, AT_EXECFN is the
// script, however long. The size matters because the kernel also maps a file that is cut off.
// Without /proc neither is noticed.
//
// AT_EXECFN is what the caller of execve says. In secure mode it is only a name for messages: its
// file is not looked at, and if the kernel does not say where the program is, $ORIGIN is unknown.
void IdentifyKernelsFile(const Startup& startup, std::span<const elf::Phdr> phdrs,
                         Module& program) {
  uint64_t needed = 0;
  for (const elf::Phdr& phdr : elf::LoadSegments(phdrs)) {
    if (phdr.p_offset + phdr.p_filesz > needed) needed = phdr.p_offset + phdr.p_filesz;
  }
  struct stat status = {};
  const auto* name = std::bit_cast<const char*>(startup.AuxValue(AT_EXECFN));
  program.path = name != nullptr ? name : "";
  if (!startup.secure && !sys::Failed(sys::StatPath(program.path, &status)) &&
      static_cast<uint64_t>(status.st_size) >= needed &&
      (!IsArgument(startup, program.path) || IsProcExe(status))) {
    program.file.size = static_cast<uint64_t>(status.st_size);
    return;
  }
  if (const char* path = ReadProcExe()) {
    program.path = path;
  } else if (startup.secure) {
    program.search.directory = "";
  }
  if (!sys::Failed(sys::StatPath(kProcExe, &status))) {
    program.file.size = static_cast<uint64_t>(status.st_size);
  }
}

bool CanRead(uint64_t address, uint64_t size) {
  for (uint64_t page = PageDown(address); page < address + size; page += kPageSize) {
    if (page == 0 || !sys::CanRead(page)) return false;
  }
  return true;
}

// The program headers, copied, because the program may be able to change its own. If no segment of
// the file holds them, AT_PHDR leads to anything or nothing. Empty if they cannot be read.
std::span<const elf::Phdr> CopyHeaders(const Startup& startup) {
  const uint64_t address = startup.AuxValue(AT_PHDR);
  const std::span<elf::Phdr> copy = ArenaArray<elf::Phdr>(startup.AuxValue(AT_PHNUM));
  if (!CanRead(address, copy.size_bytes())) return {};
  std::memcpy(copy.data(), std::bit_cast<const void*>(address), copy.size_bytes());
  return copy;
}

// PT_PHDR says where the program headers are without the load bias. A program without PT_PHDR was
// not moved.
const elf::Phdr* FindPhdr(std::span<const elf::Phdr> phdrs) {
  const elf::Phdr* found = nullptr;
  for (const elf::Phdr& phdr : phdrs) {
    if (phdr.p_type == PT_PHDR) found = &phdr;
  }
  return found;
}

// The kernel does not say what the load bias is, and PT_PHDR may say anything. The proof is the ELF
// header at the beginning of the first segment: it must be there, and its e_entry must be what the
// kernel has made AT_ENTRY of.
bool IsLoadBias(uint64_t load_bias, std::span<const elf::Phdr> phdrs, uint64_t entry) {
  for (const elf::Phdr& phdr : elf::LoadSegments(phdrs)) {
    if (PageDown(phdr.p_offset) != 0 || phdr.p_filesz == 0) continue;
    const uint64_t address = PageDown(load_bias + phdr.p_vaddr);
    if (!CanRead(address, sizeof(elf::Ehdr))) return false;
    const auto* header = std::bit_cast<const elf::Ehdr*>(address);
    return elf::HasElfMagic(std::as_bytes(std::span(header, 1))) &&
           load_bias + header->e_entry == entry;
  }
  return false;
}

// The kernel has looked at few of the program's headers before it mapped the program.
void DescribeProgram(Process& process, Module& program) {
  const Startup& startup = process.startup;
  const uint64_t address = startup.AuxValue(AT_PHDR);
  const std::span<const elf::Phdr> phdrs = CopyHeaders(startup);
  IdentifyKernelsFile(startup, phdrs, program);
  if (phdrs.empty()) {
    process.diagnostics.LoadError(
        program.path,
        elf::Address("AT_PHDR is ", address, ", expected readable bytes there, as many as ",
                     startup.AuxValue(AT_PHNUM) * sizeof(elf::Phdr)));
    return;
  }
  const elf::Phdr* phdr = FindPhdr(phdrs);
  const uint64_t load_bias = phdr != nullptr ? address - phdr->p_vaddr : 0;
  if (!DescribeModule(process.diagnostics, phdrs, load_bias, program)) return;
  if (!IsLoadBias(load_bias, program.map.headers.mapped, startup.AuxValue(AT_ENTRY))) {
    process.diagnostics.LoadError(
        program.path,
        phdr != nullptr
            ? elf::Address("PT_PHDR p_vaddr is ", phdr->p_vaddr,
                           ", which does not lead to the ELF header; AT_PHDR is ", address)
            : elf::Address("no PT_PHDR, and no ELF header where the file says; AT_PHDR is ",
                           address, ""));
    return;
  }
  program.map.kernel_mapped = true;
  program.map.phdr_address = address;
  program.map.entry = startup.AuxValue(AT_ENTRY);
  ReserveGaps(program);
  if (!ProtectZeroes(process.diagnostics, program)) return;
  if (program.map.relro_start != program.map.relro_end) {
    (void)MakeAnonymous(process.diagnostics, program, program.map.relro_start,
                        program.map.relro_end);
  }
}

// A frame of its own, because a module is large.
[[gnu::noinline]] FoundFile FindByName(const Process& process, const char* name) {
  Module nobody;  // no module's paths count
  return process.searcher->Find(name, nobody);
}

void MapProgram(Process& process, Module& program) {
  FoundFile file;
  if (std::string_view(program.name).find('/') != std::string_view::npos) {
    file.path = program.name;
    file.fd = process.open_files.Open(program.name);
  } else {
    file = FindByName(process, program.name);
  }
  if (file.fd < 0) {
    process.diagnostics.LoadErrno(program.name, "cannot open shared object file", -file.fd);
    process.diagnostics.StopOnErrors(file.fd == -ENOENT ? kExitNotFound : kExitCannotRun);
  }
  program.path = file.path;
  const bool is_listed = process.options.list;  // not run: a library may be listed, too
  (void)(IdentifyFile(process.diagnostics, file.fd, program.path, program.file) &&
         (is_listed || CheckPermission(process, file.fd, program)) &&
         ReadModuleHeaders(process.diagnostics, file.fd, program) &&
         MapModule(process.diagnostics, file.fd, program));
  process.open_files.Close(file.fd);
}

// The kernel has named the process after the loader's file. It shall be found by the name of the
// program (ps, pgrep, killall), which execve takes from the path. Nothing depends on it, so a
// filter may refuse.
void NameProcess(const Options& options, const char* path) {
  const std::string_view text = path;
  const char* name = text.data() + (text.rfind('/') + 1);
  (void)sys::SetName(options.comm != nullptr ? options.comm : name);
}

void CheckEntry(Diagnostics& diagnostics, const Module& program) {
  const uint64_t entry =
      program.map.entry != 0 ? program.map.entry - program.map.image.load_bias() : 0;
  if (program.map.image.Segment(entry, 1, PF_X) == nullptr) {
    diagnostics.LoadError(program.path,
                          elf::Address("e_entry is ", entry,
                                       ", outside every executable segment; the module ends at ",
                                       program.map.headers.end));
  }
}

}  // namespace

void LoadProgram(Process& process) {
  Module* program = ArenaNew<Module>();
  program->origin = SIGNET_ORIGIN_PROGRAM;
  process.program = program;
  if (process.startup.as_command) {
    program->name = process.options.program;
    program->path = program->name;
    MapProgram(process, *program);
    KeepOrigin(*program);
  } else {
    DescribeProgram(process, *program);
    program->name = program->path;
  }
  process.diagnostics.StopOnErrors(kExitCannotRun);
  if (!process.options.list) CheckEntry(process.diagnostics, *program);
  if (process.startup.as_command && !process.options.list)
    NameProcess(process.options, program->path);
  if (!process.startup.as_command && program->map.headers.interp != nullptr) {
    if (const char* path = InterpreterPath(process.diagnostics, *program))
      process.loader->path = path;
  }
  process.diagnostics.StopOnErrors(kExitCannotRun);
  if (program->map.headers.dynamic == nullptr) return;
  (void)DecodeModule(process.diagnostics, *program,
                     elf::DynamicEntries(program->map.image, *program->map.headers.dynamic));
  process.diagnostics.StopOnErrors(kExitCannotRun);
}

}  // namespace signet

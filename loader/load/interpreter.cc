// SPDX-License-Identifier: MIT
#include "loader/load/interpreter.h"

#include "loader/find/searcher.h"
#include "loader/load/decode.h"
#include "loader/load/exports.h"
#include "loader/load/map.h"
#include "loader/load/read_headers.h"

namespace signet {
namespace {

// Only musl's libc has this name: glibc's file of that name is a script for linkers. musl's libc is
// its own interpreter, at one path for all programs.
constexpr std::string_view kMuslLibc = "libc.so";
constexpr const char* kMuslInterpreter = "/lib/ld-musl-x86_64.so.1";

bool NeedsMusl(const Module& program) {
  for (const char* name : program.decoded.needed_names) {
    if (name == kMuslLibc) return true;
  }
  return false;
}

Module* OpenInterpreter(Process& process, const ClosureMembers& members, int fd, const char* path) {
  Diagnostics& diagnostics = process.diagnostics;
  Module* module = ArenaNew<Module>();
  module->path = path;
  if (!IdentifyFile(diagnostics, fd, module->path, module->file)) return nullptr;
  // It may be known already, as a module of the runtime that is not mapped.
  if (Module* known = members.FindKnown(module->file.device, module->file.inode)) module = known;
  module->name = path;
  module->path = path;
  if (!ReadModuleHeaders(diagnostics, fd, *module) || !MapModule(diagnostics, fd, *module))
    return nullptr;
  if (module->map.headers.dynamic == nullptr) {
    diagnostics.LoadError(path, "object file has no dynamic section");
  } else if (DecodeModule(diagnostics, *module,
                          elf::DynamicEntries(module->map.image, *module->map.headers.dynamic))) {
    return module;
  }
  UnmapModule(*module);
  return nullptr;
}

}  // namespace

void FindInterpreterOfProgram(Process& process, ClosureMembers& members) {
  const Module& program = *process.program;
  // Otherwise the kernel has followed PT_INTERP, and it led to Signet.
  if (process.startup.as_command && program.map.headers.interp != nullptr)
    FindInterpreter(process, members, InterpreterPath(process.diagnostics, program));
  // A program for musl whose PT_INTERP is Signet names no other interpreter, and its libc names
  // none.
  if (process.interpreter == nullptr && NeedsMusl(program))
    FindInterpreter(process, members, kMuslInterpreter);
}

void FindInterpreter(Process& process, ClosureMembers& members, const char* path) {
  if (path == nullptr) return;
  const int fd = process.open_files.Open(path);
  if (fd < 0) {
    process.diagnostics.LoadErrno(path, "cannot open shared object file", -fd);
    return;
  }
  Module* module = OpenInterpreter(process, members, fd, path);
  process.open_files.Close(fd);
  if (module == nullptr) return;
  // Signet itself: the libc of the program names the interpreter that is wanted.
  if (FindExport(*module, SIGNET_LEDGER_SYMBOL) != nullptr) {
    UnmapModule(*module);
    return;
  }
  module->origin = SIGNET_ORIGIN_ADOPTED;
  process.interpreter = module;
  process.searcher->SearchAs(path);
  members.AddAllNames(*module);
}

void SettleInterpreter(Process& process, ClosureMembers& members) {
  bool needed = false;
  for (const Module* module : members.modules()) needed |= module->IsAdopted();
  Module*& interpreter = process.interpreter;
  if (needed && interpreter == nullptr) {
    process.diagnostics.LoadError(
        process.program->path, "no interpreter: neither the program nor its libc has a PT_INTERP");
  } else if (needed) {
    members.Enter(*interpreter);
  } else if (interpreter != nullptr) {
    UnmapModule(*interpreter);
    interpreter = nullptr;
  }
}

}  // namespace signet

// SPDX-License-Identifier: MIT
#include "loader/load/load_library.h"

#include <errno.h>

#include <utility>

#include "loader/find/path_text.h"
#include "loader/find/searcher.h"
#include "loader/load/decode.h"
#include "loader/load/identify.h"
#include "loader/load/interpreter.h"
#include "loader/load/map.h"
#include "loader/load/read_headers.h"
#include "loader/load/runtime.h"

namespace signet {

Module* LibraryLoader::Load(const char* name, Module& requester, NamedBy named_by) {
  Module* known = members_.FindKnown(name);
  if (known != nullptr && !known->opened.is_closed) return members_.Enter(*known);
  if (process_.interpreter != nullptr && IsReservedName(*process_.interpreter, name))
    return members_.Enter(*process_.interpreter);
  const FoundFile found = process_.searcher->Find(name, requester, named_by);
  if (found.path == nullptr) return Missing(name, -found.fd);
  Module* module = LoadFound(found, name, requester);
  if (known != nullptr && module != known) LeaveGlobalScope(*known);
  return module;
}

Module* LibraryLoader::LoadIfPossible(const char* name, Module& requester) {
  process_.diagnostics.BeginIgnoring();
  Module* module = Load(name, requester, NamedBy::kFile);
  process_.diagnostics.EndIgnoring();
  return module;
}

bool LibraryLoader::IsCurrent(Module& closed, const ModuleFile& file) {
  return closed.file.device == file.device && closed.file.inode == file.inode &&
         closed.file.size == file.size && closed.file.changed == file.changed &&
         AreNeededCurrent(closed);
}

// As long as this one is looked at, it counts as current: dependencies may form a cycle.
bool LibraryLoader::AreNeededCurrent(Module& closed) {
  closed.opened.is_closed = false;
  bool are_current = true;
  const std::span<Module*> needed = closed.closure.needed;
  const std::span<const char*> names = closed.decoded.needed_names;
  for (size_t i = 0; i < needed.size() && are_current; ++i) {
    if (!needed[i]->opened.is_closed) continue;
    const char* name = i < names.size() ? names[i] : closed.decoded.filtees[i - names.size()].name;
    const FoundFile found = process_.searcher->Find(name, closed, NamedBy::kFile);
    ModuleFile file;
    are_current = found.path != nullptr &&
                  IdentifyFile(process_.diagnostics, found.fd, found.path, file) &&
                  IsCurrent(*needed[i], file);
    if (found.path != nullptr) process_.open_files.Close(found.fd);
  }
  closed.opened.is_closed = true;
  return are_current;
}

// Another module takes the place of this one, which stays in memory.
void LibraryLoader::LeaveGlobalScope(Module& closed) {
  if (!closed.opened.is_global) return;
  closed.opened.is_global = false;
  process_.modules.Remove(&closed);
}

// The interpreter is opened after the file is closed, so that one descriptor is enough, as it is
// for ld.so.
Module* LibraryLoader::LoadFound(const FoundFile& found, const char* name, Module& requester) {
  Module* module = LoadFile(found, name, requester);
  process_.open_files.Close(found.fd);
  FindInterpreter(process_, members_, std::exchange(interpreter_path_, nullptr));
  return module;
}

Module* LibraryLoader::LoadFile(const FoundFile& found, const char* name, Module& requester) {
  Module* module = ArenaNew<Module>();
  // The string belongs to the requester. A module that dlopen loads may outlive the requester.
  module->name = members_.is_first() ? name : ArenaString(name);
  module->path = found.path;
  module->search.needed_by = &requester;
  if (!IdentifyFile(process_.diagnostics, found.fd, found.path, module->file)) return nullptr;
  if (Module* known = members_.FindKnown(module->file.device, module->file.inode)) {
    if (!known->opened.is_closed || IsCurrent(*known, module->file)) {
      members_.AddName(name, *known);
      return members_.Enter(*known);
    }
    process_.module_names.Remove(known);
    LeaveGlobalScope(*known);
  }
  if (!ReadModuleHeaders(process_.diagnostics, found.fd, *module)) return nullptr;
  if (!process_.options.list && IdentifyRuntime(found.fd, *module)) {
    NoteInterpreterOf(*module, found.fd);
  } else if (!MapAndEnter(found.fd, *module)) {
    return nullptr;
  }
  KeepOrigin(*module);
  return members_.EnterWithNames(*module);
}

// The module is entered before it is mapped, because the members are unmapped if linking is
// abandoned in the middle.
bool LibraryLoader::MapAndEnter(int fd, Module& module) {
  members_.Enter(module);
  if (!MapModule(process_.diagnostics, fd, module)) {
    members_.RemoveLast();
    return false;
  }
  if (!CheckAndDecode(module)) {
    UnmapModule(module);
    members_.RemoveLast();
    return false;
  }
  if (IsRuntime(module)) {
    NoteInterpreterOf(module, fd);
    LeaveToInterpreter(process_, module);
  }
  return true;
}

bool LibraryLoader::CheckAndDecode(Module& module) {
  Diagnostics& diagnostics = process_.diagnostics;
  const elf::Phdr* dynamic = module.map.headers.dynamic;
  if (dynamic == nullptr) {
    diagnostics.LoadError(module.path, "object file has no dynamic section");
    return false;
  }
  if (!DecodeModule(diagnostics, module, elf::DynamicEntries(module.map.image, *dynamic)))
    return false;
  if ((module.dynamic.flags_1 & DF_1_PIE) != 0) {
    diagnostics.LoadError(module.path, "cannot dynamically load position-independent executable");
    return false;
  }
  if ((module.dynamic.flags_1 & DF_1_NOOPEN) != 0 && !members_.is_first()) {
    diagnostics.LoadError(module.name, "shared object cannot be dlopen()ed");
    return false;
  }
  return true;
}

// A program that names no interpreter of libc gets the one that its libc names.
void LibraryLoader::NoteInterpreterOf(const Module& libc, int fd) {
  if (process_.interpreter != nullptr) return;
  if (!members_.is_first()) {
    process_.diagnostics.LoadError(libc.path,
                                   "the program was started without the libc that it needs");
  } else if (libc.map.headers.interp != nullptr) {
    interpreter_path_ = InterpreterPath(process_.diagnostics, libc, fd);
  }
}

// --list shows missing libraries in its list, so they are no error there.
Module* LibraryLoader::Missing(const char* name, int error) {
  if (!process_.options.list) {
    ReportMissing(process_.diagnostics, name, error);
    return nullptr;
  }
  Module* module = ArenaNew<Module>();
  module->name = name;
  module->closure.is_missing = true;
  return members_.EnterWithNames(*module);
}

void ReportMissing(Diagnostics& diagnostics, const char* name, int error) {
  if (error == ENOEXEC) {
    diagnostics.LoadError(name, "wrong ELF class: ELFCLASS32");
  } else {
    diagnostics.LoadErrno(name, "cannot open shared object file", error);
  }
}

}  // namespace signet

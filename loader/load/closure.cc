// SPDX-License-Identifier: MIT
#include "loader/load/closure.h"

#include <errno.h>

#include <utility>

#include "base/syscall.h"
#include "loader/diagnostics.h"
#include "loader/find/path_text.h"
#include "loader/find/preload_file.h"
#include "loader/find/searcher.h"
#include "loader/load/decode.h"
#include "loader/load/exports.h"
#include "loader/load/identify.h"
#include "loader/load/map.h"
#include "loader/load/read_headers.h"
#include "loader/module_names.h"

namespace signet {
namespace {

// musl's libc goes by this name, and no other: glibc's file of that name is a script for linkers.
// It is its own interpreter, at the path that all programs for musl name; but where Signet is a
// program's PT_INTERP, only what the program needs tells.
constexpr std::string_view kMuslLibc = "libc.so";
constexpr const char* kMuslInterpreter = "/lib/ld-musl-x86_64.so.1";

bool NeedsMusl(const Module& program) {
  for (const char* name : program.decoded.needed_names) {
    if (name == kMuslLibc) return true;
  }
  return false;
}

// A module that shares private interfaces with libc.
bool NamesGlibcPrivate(const Module& module) {
  constexpr uint32_t kHash = elf::SysvHash(elf::kGlibcPrivate);
  for (const elf::Version& version : module.decoded.versions) {
    if (version.hash == kHash && version.name == elf::kGlibcPrivate) return true;
  }
  return false;
}

// The search passes over files of another class, and says so if there was nothing else.
void ReportMissing(Diagnostics& diagnostics, const char* name, int error) {
  if (error == ENOEXEC) {
    diagnostics.LoadError(name, "wrong ELF class: ELFCLASS32");
  } else {
    diagnostics.LoadErrno(name, "cannot open shared object file", error);
  }
}

class ClosureLoader {
 public:
  // New modules go to `closure`, and their names to `names`.
  ClosureLoader(Process& process, List<Module*>& closure, ModuleNames& names)
      : process_(process), closure_(closure), names_(names), number_(++process.closure_count) {}

  void LoadProgramClosure() {
    Admit(process_.program);
    // Otherwise the kernel has followed it already, to Signet.
    const Module& program = *process_.program;
    if (process_.startup.as_command && program.map.headers.interp != nullptr)
      FindInterpreter(InterpreterPath(process_.diagnostics, program));
    if (process_.interpreter == nullptr && NeedsMusl(program)) FindInterpreter(kMuslInterpreter);
    process_.diagnostics.StopOnErrors();
    if (process_.interpreter != nullptr && IsLibcInterpreter(*process_.interpreter))
      process_.searcher->SearchAsMusl();
    LoadPreloads(process_.options.preload_variable, "LD_PRELOAD");
    LoadPreloads(process_.options.preload, "--preload");
    LoadPreloadFile();
    LoadAllNeeded();
    process_.diagnostics.StopOnErrors();
    SpreadRuntime();
    SettleInterpreter();
    process_.diagnostics.StopOnErrors();
    PlaceLoader();
  }

  Module* LoadGroup(const char* name, Module& requester) {
    Module* root = Load(name, &requester);
    if (root == nullptr) return nullptr;
    LoadAllNeeded();
    SpreadRuntime();
    return root;
  }

 private:
  void Admit(Module* module) {
    Enter(module);
    MakeKnown(*module, names_);
  }

  // A known module joins the closure when it is first needed.
  Module* Enter(Module* module) {
    if (module->closure.number != number_) {
      closure_.Add(module);
      module->closure.number = number_;
    }
    return module;
  }

  template <typename... Key>
  Module* FindKnown(Key... key) const {
    if (Module* known = names_.Find(key...)) return known;
    return process_.module_names.Find(key...);
  }

  // Breadth-first: the children of a module come behind all that is known when it is their turn.
  void LoadAllNeeded() {
    size_t next = 0;
    while (next < closure_.size()) {  // the list grows meanwhile
      Module& module = *closure_[next++];
      if (!module.published.is_linked) {
        LoadNeeded(module);
      } else {
        for (Module* needed : module.closure.needed) Enter(needed);
      }
    }
  }

  // The interpreter that a program or a libc asks for; it boots libc, whatever path leads to it
  // later. Where Signet itself is the program's PT_INTERP, libc's own tells. `path` is null if that
  // was an error.
  void FindInterpreter(const char* path) {
    if (path == nullptr) return;
    const int fd = process_.open_files.Open(path);
    if (fd < 0) {
      process_.diagnostics.LoadErrno(path, "cannot open shared object file", -fd);
      return;
    }
    Module* module = OpenInterpreter(fd, path);
    process_.open_files.Close(fd);
    if (module == nullptr) return;
    if (FindExport(*module, SIGNET_LEDGER_SYMBOL) != nullptr) {
      UnmapModule(*module);
      return;
    }
    module->origin = SIGNET_ORIGIN_ADOPTED;
    process_.interpreter = module;
    MakeKnown(*module, names_);
  }

  // The file may be known already, and unmapped, as a module of the runtime.
  Module* OpenInterpreter(int fd, const char* path) {
    Module* module = ArenaNew<Module>();
    module->path = path;
    if (!IdentifyFile(process_.diagnostics, fd, *module)) return nullptr;
    if (Module* known = FindKnown(module->file.device, module->file.inode)) module = known;
    module->name = path;
    module->path = path;
    if (!ReadModuleHeaders(process_.diagnostics, fd, *module) ||
        !MapModule(process_.diagnostics, fd, *module))
      return nullptr;
    if (module->map.headers.dynamic == nullptr) {
      process_.diagnostics.LoadError(path, "object file has no dynamic section");
    } else if (DecodeModule(process_.diagnostics, *module,
                            elf::DynamicEntries(module->map.image, *module->map.headers.dynamic))) {
      return module;
    }
    UnmapModule(*module);
    return nullptr;
  }

  // musl's interpreter knows of no such file.
  void LoadPreloadFile() {
    if (process_.interpreter != nullptr && IsLibcInterpreter(*process_.interpreter)) return;
    const char* names = ReadPreloadFile(process_.open_files);
    process_.has_preload_file = names != nullptr;
    LoadPreloads(names, kPreloadFile);
  }

  // `names` is null, or a list separated by spaces or colons, which `source` gave.
  void LoadPreloads(const char* names, std::string_view source) {
    std::string_view list = names != nullptr ? names : "";
    while (!list.empty()) {
      const size_t end = list.find_first_of(" :");
      const std::string_view name(list.data(), end < list.size() ? end : list.size());
      list.remove_prefix(name.size() + (end < list.size() ? 1 : 0));
      if (!name.empty()) LoadPreload(ArenaString(name), source);
    }
  }

  // ld.so goes on without a module that cannot be preloaded.
  void LoadPreload(const char* name, std::string_view source) {
    if (FindKnown(std::string_view(name)) != nullptr) return;
    process_.diagnostics.BeginPreload(name, source);
    // ld.so searches for libraries that are set-user-ID only, if the process is secure. None is.
    const bool is_path = std::string_view(name).find('/') != std::string_view::npos;
    const FoundFile found = process_.startup.secure && !is_path
                                ? FoundFile{-ENOENT}
                                : process_.searcher->Find(name, *process_.program);
    if (found.path == nullptr) {
      ReportMissing(process_.diagnostics, name, -found.fd);
    } else {
      (void)LoadFound(found, name, process_.program);
    }
    process_.diagnostics.EndPreload();
  }

  void LoadNeeded(Module& module) {
    module.closure.needed = ArenaArray<Module*>(module.decoded.needed_names.size());
    for (size_t i = 0; i < module.closure.needed.size(); ++i) {
      module.closure.needed[i] = Load(module.decoded.needed_names[i], &module);
      if (process_.diagnostics.Traces(kTraceFiles) && module.closure.needed[i] != nullptr) {
        Line() << "ld-signet: files: " << module.path << " needs " << module.decoded.needed_names[i]
               << ": " << module.closure.needed[i]->path;
      }
    }
  }

  Module* Load(const char* name, Module* requester) {
    if (Module* known = FindKnown(std::string_view(name))) return Enter(known);
    if (process_.interpreter != nullptr && IsReservedName(*process_.interpreter, name)) {
      return Enter(process_.interpreter);
    }
    const FoundFile found = process_.searcher->Find(name, *requester);
    if (found.path == nullptr) return Missing(name, -found.fd);
    return LoadFound(found, name, requester);
  }

  // The interpreter's turn comes when the file is closed: ld.so, too, makes do with one descriptor.
  Module* LoadFound(const FoundFile& found, const char* name, Module* requester) {
    Module* module = LoadFile(found, name, requester);
    process_.open_files.Close(found.fd);
    FindInterpreter(std::exchange(interpreter_path_, nullptr));
    return module;
  }

  Module* Missing(const char* name, int error) {
    if (!process_.options.list) {
      ReportMissing(process_.diagnostics, name, error);
      return nullptr;
    }
    Module* module = ArenaNew<Module>();
    module->name = name;
    module->closure.is_missing = true;
    Admit(module);
    return module;
  }

  Module* LoadFile(const FoundFile& found, const char* name, Module* requester) {
    Module* module = ArenaNew<Module>();
    // It may outlive the requester, whose string this is.
    module->name = number_ != 1 ? ArenaString(name) : name;
    module->path = found.path;
    module->search.needed_by = requester;
    if (!IdentifyFile(process_.diagnostics, found.fd, *module)) return nullptr;
    if (Module* known = FindKnown(module->file.device, module->file.inode)) {
      names_.Add(name, known);
      return Enter(known);
    }
    if (!ReadModuleHeaders(process_.diagnostics, found.fd, *module)) return nullptr;
    if (!process_.options.list && IdentifyRuntime(found.fd, *module)) {
      NoteInterpreterOf(*module, found.fd);
    } else {
      Enter(module);  // so that whoever gives up knows that it is mapped
      if (!MapLibrary(found.fd, *module)) {
        closure_.Truncate(closure_.size() - 1);
        return nullptr;
      }
      if (IsRuntime(*module)) {
        NoteInterpreterOf(*module, found.fd);
        HandToInterpreter(*module);
      }
    }
    KeepOrigin(*module);
    Admit(module);
    return module;
  }

  // A libc that names its own interpreter.
  void NoteInterpreterOf(const Module& libc, int fd) {
    if (process_.interpreter != nullptr) return;
    if (number_ != 1) {
      process_.diagnostics.LoadError(libc.path,
                                     "the program was started without the libc that it needs");
    } else if (libc.map.headers.interp != nullptr) {
      interpreter_path_ = InterpreterPath(process_.diagnostics, libc, fd);
    }
  }

  [[nodiscard]] bool MapLibrary(int fd, Module& module) {
    if (!MapModule(process_.diagnostics, fd, module)) return false;
    if (CheckLibrary(module) && Decode(module)) return true;
    UnmapModule(module);
    return false;
  }

  [[nodiscard]] bool CheckLibrary(const Module& module) {
    if (module.map.headers.dynamic == nullptr) {
      process_.diagnostics.LoadError(module.path, "object file has no dynamic section");
      return false;
    }
    return true;
  }

  [[nodiscard]] bool Decode(Module& module) {
    if (!DecodeModule(process_.diagnostics, module,
                      elf::DynamicEntries(module.map.image, *module.map.headers.dynamic)))
      return false;
    if ((module.dynamic.flags_1 & DF_1_PIE) == 0) return true;
    process_.diagnostics.LoadError(module.path,
                                   "cannot dynamically load position-independent executable");
    return false;
  }

  // What libc's own interpreter must load, because libc shares private interfaces with it, or would
  // open it by itself a second time.
  bool IsRuntime(const Module& module) const {
    return NamesGlibcPrivate(module) || IsLibcInterpreter(module) || module.soname() == kUnwinder;
  }

  // libc's interpreter is to map this module. What the closure still asks of it is kept, the rest
  // is gone until adoption decodes it anew, where the interpreter put it.
  void HandToInterpreter(Module& module) const {
    module.origin = SIGNET_ORIGIN_ADOPTED;
    if (process_.options.list) return;
    const std::span<const elf::Dyn> entries = module.dynamic.entries;
    const std::span<elf::Dyn> kept = ArenaArray<elf::Dyn>(entries.size());
    std::memcpy(kept.data(), entries.data(), entries.size_bytes());
    const auto keep = [](const char*& text) {
      if (text != nullptr) text = ArenaString(text);
    };
    for (const char*& name : module.decoded.needed_names) keep(name);
    elf::Dynamic dynamic;
    dynamic.entries = kept;
    keep(dynamic.soname = module.dynamic.soname);
    keep(dynamic.rpath = module.dynamic.rpath);
    keep(dynamic.runpath = module.dynamic.runpath);
    module.dynamic = dynamic;
    module.decoded.versions = {};
    UnmapModule(module);
    module.map.image = {};
  }

  // What a module of the runtime needs will be loaded by the interpreter: Signet must not have it a
  // second time.
  void SpreadRuntime() {
    for (bool changed = true; changed;) {
      changed = false;
      for (const Module* module : closure_) {
        if (!module->IsAdopted() || module->published.is_linked) continue;
        for (Module* needed : module->closure.needed) {
          if (needed == nullptr || needed->IsAdopted() || needed->published.is_linked) continue;
          HandToInterpreter(*needed);
          changed = true;
        }
      }
    }
  }

  void SettleInterpreter() {
    bool needed = false;
    for (const Module* module : process_.modules) needed |= module->IsAdopted();
    Module*& interpreter = process_.interpreter;
    if (needed && interpreter == nullptr) {
      process_.diagnostics.LoadError(
          process_.program->path,
          "no interpreter: neither the program nor its libc has a PT_INTERP");
    } else if (needed) {
      Enter(interpreter);
    } else if (interpreter != nullptr) {
      UnmapModule(*interpreter);
      interpreter = nullptr;
    }
  }

  // The loader's services stand where an interpreter's would: in front of the runtime, which has
  // its own, and behind everything that may interpose on them.
  void PlaceLoader() {
    List<Module*> scope;
    scope.Reserve(process_.modules.size() + 1);
    bool placed = false;
    for (Module* module : process_.modules) {
      if (module->IsAdopted() && !placed) {
        scope.Add(process_.loader);
        placed = true;
      }
      scope.Add(module);
    }
    if (!placed) scope.Add(process_.loader);
    process_.modules = scope;
  }

  Process& process_;
  List<Module*>& closure_;
  ModuleNames& names_;
  uint32_t number_;
  const char* interpreter_path_ = nullptr;  // of the libc that was loaded last, to be found
};

}  // namespace

void MakeKnown(Module& module, ModuleNames& names) {
  names.Add(module.name, &module);
  names.Add(module.path, &module);
  names.Add(module.dynamic.soname, &module);
  if (module.file.inode != 0) names.AddFile(&module);
}

void LoadClosure(Process& process) {
  ClosureLoader(process, process.modules, process.module_names).LoadProgramClosure();
}

Module* LoadGroup(Process& process, const char* name, Module& requester, List<Module*>& group) {
  ModuleNames names;
  return ClosureLoader(process, group, names).LoadGroup(ArenaString(name), requester);
}

}  // namespace signet

// SPDX-License-Identifier: MIT
#include "loader/services/find_loaded.h"

#include "base/abandon.h"
#include "loader/diagnostics.h"
#include "loader/find/searcher.h"
#include "loader/load/closure.h"
#include "loader/load/decode.h"
#include "loader/load/map.h"
#include "loader/load/read_headers.h"
#include "loader/services/fork_barrier.h"

namespace signet {
namespace {

// Programs rarely open the vdso. So it is neither decoded nor entered under its name at start.
[[gnu::cold]] void MakeVdsoKnown(Process& process) {
  const ForkBarrier barrier(process);
  const LastingMemory lasting(true);
  Module& vdso = *process.vdso;
  if (process.module_names.Find(vdso.name) != nullptr) return;
  if (!DecodeModule(process.diagnostics, vdso, vdso.dynamic.entries)) {
    process.diagnostics.ForgetErrors();
    return;
  }
  process.module_names.Reserve(1);
  process.module_names.Add(vdso.name, &vdso);
}

}  // namespace

Module* FindLoadedByName(Process& process, const char* name) {
  if (process.vdso != nullptr && std::string_view(name) == process.vdso->name)
    MakeVdsoKnown(process);
  return process.module_names.Find(name);
}

Module* FindLoadedByFile(Process& process, const char* name, Module& caller) {
  const ForkBarrier barrier(process);
  // The search leaves paths behind that nobody needs later.
  const bool is_trial = !CanAbandon();
  if (is_trial) BeginTrial();
  Module* known = nullptr;
  if (const FoundFile found = process.searcher->Find(name, caller, NamedBy::kProgram);
      found.path != nullptr) {
    ModuleFile file;
    if (IdentifyFile(process.diagnostics, found.fd, found.path, file))
      known = process.module_names.Find(file.device, file.inode);
    process.open_files.Close(found.fd);
  }
  if (is_trial) DropTrial();
  return known;
}

}  // namespace signet

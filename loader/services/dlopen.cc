// SPDX-License-Identifier: MIT
#include "loader/services/dlopen.h"

#include <dlfcn.h>

#include "base/abandon.h"
#include "loader/link/constructors.h"
#include "loader/link/module_table.h"
#include "loader/loader_lock.h"
#include "loader/services/dlerror.h"
#include "loader/services/find_loaded.h"
#include "loader/services/fork_barrier.h"
#include "loader/services/group.h"
#include "loader/services/late_adoption.h"
#include "loader/services/opening.h"
#include "loader/services/unload.h"

namespace signet {
namespace {

// For a module that was there before it was opened.
void SortGroup(Process& process, Module& root) {
  const ForkBarrier barrier(process);
  const LastingMemory memory(true, root.unload.region);
  List<Module*> order;
  OrderConstructors(process, GroupOf(process, root), order);
  KeepOrder(root, order);
}

// The module, with its count of dlopens increased. Null if there was an error, or if the module is
// not there.
Module* FindOrOpen(Process& process, const char* name, int mode, Module& caller) {
  Module* known = FindLoadedByName(process, name);
  if (known != nullptr && known->opened.is_closed) known = nullptr;  // its name must be looked up
  if (known == nullptr && (mode & RTLD_NOLOAD) != 0) {
    known = FindLoadedByFile(process, name, caller);
    if (known == nullptr) return nullptr;
  }
  if (known != nullptr && ((mode & RTLD_GLOBAL) == 0 || known->opened.is_global)) {
    ++known->opened.count;
    if (known->init.sorted.empty()) SortGroup(process, *known);
    return known;
  }
  if (CanAbandon()) {
    SetDlError(name, "cannot load from an IFUNC resolver that a dlopen runs");
    return nullptr;
  }
  return OpenGroup(process, name, mode, caller);
}

// The module may still wait for its constructors: it was loaded at start, or a constructor of its
// own group opens it. As under ld.so, they run now.
void RunPendingConstructors(Process& process, Module& root) {
  if (root.init.is_initialised || root.origin != SIGNET_ORIGIN_LIBRARY || CanAbandon()) return;
  const LastingMemory memory(true, root.unload.region);
  List<Module*> order;
  OrderConstructors(process, GroupOf(process, root), order);
  RunConstructors(process, order);
}

}  // namespace

void* DlOpen(const char* name, int mode, uint64_t caller) {
  ClearDlError();
  Process& process = TheProcess();
  const AdoptingLock lock(process);
  if ((mode & (RTLD_LAZY | RTLD_NOW)) == 0) {
    SetDlError(name != nullptr ? name : "", "invalid mode for dlopen(): Invalid argument");
    return nullptr;
  }
  if (name == nullptr || *name == '\0') return &process.program->published.link;
  FreeUnloaded(process);
  Module* from = FindModule(caller);
  Module* root = FindOrOpen(process, name, mode, from != nullptr ? *from : *process.program);
  if (root == nullptr) return nullptr;
  if ((mode & RTLD_NODELETE) != 0) Keep(process, *root);
  RunPendingConstructors(process, *root);
  return &root->published.link;
}

int DlClose(void* handle) {
  ClearDlError();
  Process& process = TheProcess();
  const AdoptingLock lock(process);
  Module* module = ModuleOf(handle);
  if (module == process.program) return 0;
  if (module == nullptr || module->opened.count == 0) {
    SetDlError(module != nullptr ? module->path : "", "shared object not open");
    return -1;
  }
  --module->opened.count;
  Unload(process);
  FreeUnloaded(process);
  return 0;
}

}  // namespace signet

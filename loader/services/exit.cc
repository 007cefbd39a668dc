// SPDX-License-Identifier: MIT
#include "loader/services/exit.h"

#include "loader/link/constructors.h"
#include "loader/link/module_table.h"
#include "loader/load/libc_functions.h"
#include "loader/services/unload.h"

namespace signet {
namespace {

// Since 2.39 glibc runs destructors in reverse order of constructors, as musl always has.
bool SortsDestructors(const Process& process) {
  const auto version = FindLibcFunction<const char*()>(process, "gnu_get_libc_version");
  if (version == nullptr) return false;
  const char* text = version();  // "2.36"
  if (text[0] != '2' || text[1] != '.') return false;
  unsigned minor = 0;
  for (const char* digit = text + 2; *digit >= '0' && *digit <= '9' && minor < 100; ++digit)
    minor = minor * 10 + static_cast<unsigned>(*digit - '0');
  return minor < 39;
}

// Puts the module in front of everything that it uses.
void Order(Module& module, uint32_t number, Module*& first) {
  if (module.init.visited == number) return;
  module.init.visited = number;
  ForEachDependency(module, [&](Module& other) { Order(other, number, first); });
  for (size_t i = module.unload.bound.size(); i-- != 0;)
    Order(*module.unload.bound[i], number, first);
  module.unload.next_removed = first;
  first = &module;
}

// As glibc's _dl_sort_maps does, from the module that was loaded last to the first. Nothing is
// unloaded any more, so the links of modules that are unloaded together are free.
void RunInSortedOrder(Process& process) {
  const uint32_t number = ++process.visit_count;
  Module* first = nullptr;
  for (Module* module = LastModule(); module != nullptr; module = PreviousModule(*module))
    Order(*module, number, first);
  for (Module* module = first; module != nullptr; module = module->unload.next_removed) {
    // If a constructor called exit, some modules were not initialised.
    if (module->origin == SIGNET_ORIGIN_LIBRARY && module->init.is_initialised)
      RunModuleDestructors(process, *module);
  }
}

void RunInReverse(const Process& process) {
  for (size_t i = process.init_order.size(); i-- != 0;) {
    if (process.init_order[i]->init.is_initialised)
      RunModuleDestructors(process, *process.init_order[i]);
  }
}

void RunDestructors() {
  Process& process = TheProcess();
  EndUnloading(process);
  RunModuleDestructors(process, *process.program);
  if (SortsDestructors(process)) {
    RunInSortedOrder(process);
  } else {
    RunInReverse(process);
  }
}

}  // namespace

uint64_t RunDestructorsAddress() { return std::bit_cast<uint64_t>(&RunDestructors); }

}  // namespace signet

// SPDX-License-Identifier: MIT
#include "loader/init.h"

#include <bit>

#include "loader/report.h"

namespace signet {
namespace {

using Constructor = void (*)(uint64_t argc, char** argv, char** envp);
using Destructor = void (*)();

void Visit(Process& process, Module& module) {
  if (module.visited) return;
  module.visited = true;
  for (Module* needed : module.needed) Visit(process, *needed);
  if (module.origin == SIGNET_ORIGIN_LIBRARY) process.init_order.Add(&module);
}

void CallConstructor(const Process& process, uint64_t address) {
  const Startup& startup = process.startup;
  std::bit_cast<Constructor>(address)(startup.argc(), startup.argv, startup.envp);
}

void RunModuleConstructors(const Process& process, const Module& module) {
  if (Tracing(kTraceFiles)) Line() << "ld-signet: files: calling init: " << module.path;
  if (module.dynamic.init != 0) CallConstructor(process, module.image.Resolve(module.dynamic.init));
  for (const uint64_t address : module.dynamic.init_array) CallConstructor(process, address);
}

void RunModuleDestructors(const Module& module) {
  if (Tracing(kTraceFiles)) Line() << "ld-signet: files: calling fini: " << module.path;
  const std::span<const uint64_t> addresses = module.dynamic.fini_array;
  for (size_t i = addresses.size(); i-- != 0;) std::bit_cast<Destructor>(addresses[i])();
  if (module.dynamic.fini != 0)
    std::bit_cast<Destructor>(module.image.Resolve(module.dynamic.fini))();
}

void RunDestructors() {
  const Process& process = *the_process;
  RunModuleDestructors(*process.program);
  for (size_t i = process.init_order.size(); i-- != 0;)
    RunModuleDestructors(*process.init_order[i]);
}

}  // namespace

// glibc's _dl_sort_maps: a depth-first walk from the last module in breadth-first order to the
// first.
void OrderConstructors(Process& process) {
  for (size_t i = process.modules.size(); i-- != 0;) Visit(process, *process.modules[i]);
}

void RunConstructors(Process& process) {
  for (const uint64_t address : process.program->dynamic.preinit_array)
    CallConstructor(process, address);
  for (const Module* module : process.init_order) RunModuleConstructors(process, *module);
}

uint64_t FiniAddress() { return std::bit_cast<uint64_t>(&RunDestructors); }

}  // namespace signet

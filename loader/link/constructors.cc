// SPDX-License-Identifier: MIT
#include "loader/link/constructors.h"

#include <bit>

#include "loader/diagnostics.h"

namespace signet {
namespace {

using Constructor = void (*)(uint64_t argc, char** argv, char** envp);
using Destructor = void (*)();

void Visit(Module& module, uint32_t number, List<Module*>& order) {
  if (module.init.visited == number) return;
  module.init.visited = number;
  for (Module* needed : module.closure.needed) Visit(*needed, number, order);
  if (module.origin == SIGNET_ORIGIN_LIBRARY) order.Add(&module);
}

void CallConstructor(const Process& process, uint64_t address) {
  const Startup& startup = process.startup;
  std::bit_cast<Constructor>(address)(startup.argc(), startup.argv, startup.envp);
}

void RunModuleConstructors(const Process& process, Module& module) {
  if (module.init.is_initialised) return;
  module.init.is_initialised = true;
  if (process.diagnostics.Traces(kTraceFiles))
    Line() << "ld-signet: files: calling init: " << module.path;
  if (module.dynamic.init != 0)
    CallConstructor(process, module.map.image.Resolve(module.dynamic.init));
  for (const uint64_t address : module.dynamic.init_array) CallConstructor(process, address);
}

}  // namespace

// As glibc's _dl_sort_maps: a depth-first walk that starts from each module in turn, from the last
// one in breadth-first order to the first.
void OrderConstructors(Process& process, std::span<Module* const> modules, List<Module*>& order) {
  const uint32_t number = ++process.visit_count;
  for (size_t i = modules.size(); i-- != 0;) Visit(*modules[i], number, order);
}

void RunPreinit(const Process& process) {
  for (const uint64_t address : process.program->dynamic.preinit_array)
    CallConstructor(process, address);
}

void RunConstructors(const Process& process, std::span<Module* const> order) {
  for (Module* module : order) RunModuleConstructors(process, *module);
}

void RunModuleDestructors(const Process& process, const Module& module) {
  if (process.diagnostics.Traces(kTraceFiles))
    Line() << "ld-signet: files: calling fini: " << module.path;
  const std::span<const uint64_t> addresses = module.dynamic.fini_array;
  for (size_t i = addresses.size(); i-- != 0;) std::bit_cast<Destructor>(addresses[i])();
  if (module.dynamic.fini != 0)
    std::bit_cast<Destructor>(module.map.image.Resolve(module.dynamic.fini))();
}

}  // namespace signet

// SPDX-License-Identifier: MIT
#include "loader/start/listing.h"

#include "loader/diagnostics.h"

namespace signet {
namespace {

// As ld.so prints addresses: ldd is parsed by scripts.
constexpr int kAddressDigits = 16;

void ListModule(const Module& module) {
  Line line(1);
  line << '\t' << module.name;
  if (module.closure.is_missing) {
    line << " => not found";
    return;
  }
  if (*module.path != '\0' && std::string_view(module.path) != module.name)
    line << " => " << module.path;
  line << " (" << Hex{module.map.start, kAddressDigits} << ")";
}

}  // namespace

void ListModules(const Process& process) {
  if (process.program->IsStaticProgram()) {
    Line(1) << '\t' << "statically linked";
    return;
  }
  if (process.vdso != nullptr) ListModule(*process.vdso);
  for (const Module* module : process.modules) {
    if (module != process.program && module != process.loader) ListModule(*module);
  }
}

}  // namespace signet

// SPDX-License-Identifier: MIT
#include "loader/libc/adopt.h"

#include <link.h>

#include "elf/reloc.h"
#include "loader/diagnostics.h"
#include "loader/load/decode.h"
#include "loader/load/map.h"
#include "loader/load/protection.h"
#include "loader/tls/dynamic_tls.h"

namespace signet {
namespace {

const r_debug* InterpreterDebug(const StandIn& stand_in) {
  for (const elf::Dyn& dyn : stand_in.dynamic) {
    if (dyn.d_tag == DT_DEBUG) return std::bit_cast<const r_debug*>(dyn.d_un.d_ptr);
  }
  return nullptr;
}

// An adopted module's own references to its own thread-local symbols hold its static TLS offset.
void ReadTlsOffset(Process& process, Module& module) {
  for (const elf::Rela& rela : module.dynamic.rela.subspan(module.dynamic.relative_count)) {
    const uint32_t symbol = elf::RelocSymbol(rela);
    if (elf::RelocType(rela) != R_X86_64_TPOFF64 || symbol >= module.dynamic.symbols.size())
      continue;
    const elf::Sym& definition = module.dynamic.symbols[symbol];
    if (symbol != STN_UNDEF && definition.st_shndx == SHN_UNDEF) continue;
    const std::span<const uint64_t> slot = module.map.image.Array<uint64_t>(rela.r_offset, 1);
    if (slot.empty()) continue;
    const uint64_t value =
        (symbol != STN_UNDEF ? definition.st_value : 0) + static_cast<uint64_t>(rela.r_addend);
    module.tls.offset = value - slot[0];
    AssignTlsId(process, module);
    return;
  }
}

// Describes and decodes the module where the interpreter's list of modules says that it is. False,
// with the error reported, if that fails.
bool Locate(Process& process, Module& module, const link_map* map) {
  while (map != nullptr && std::string_view(map->l_name) != module.path) map = map->l_next;
  if (map == nullptr) {
    process.diagnostics.LoadError(
        module.path, "libc's interpreter did not load it: ", process.interpreter->path);
    return false;
  }
  if (!DescribeModule(process.diagnostics, module.map.headers.all, map->l_addr, module) ||
      !DecodeModule(process.diagnostics, module, module.dynamic.entries)) {
    return false;
  }
  if (module.map.headers.tls != nullptr) ReadTlsOffset(process, module);
  return true;
}

}  // namespace

bool AdoptLater(Process& process, Module& module) {
  module.map.relro_open = false;
  return Locate(process, module, InterpreterDebug(*process.stand_in)->r_map);
}

void AdoptRuntime(Process& process) {
  const r_debug* debug = InterpreterDebug(*process.stand_in);
  if (debug == nullptr) Fatal("libc's interpreter keeps no list of modules for debuggers");
  for (Module* module : process.modules) {
    if (!module->IsAdopted()) continue;
    // Signet mapped the interpreter itself, so it knows where it is, and its RELRO is anonymous. If
    // it has closed its RELRO already, as glibc's does, this changes nothing.
    if (module == process.interpreter) {
      (void)ProtectRelro(process.diagnostics, *module);
      if (module->map.headers.tls != nullptr) ReadTlsOffset(process, *module);
    } else if (Locate(process, *module, debug->r_map) &&
               module->map.relro_start != module->map.relro_end) {
      module->map.relro_open = MakeAnonymous(process.diagnostics, *module, module->map.relro_start,
                                             module->map.relro_end);
    }
  }
}

}  // namespace signet

// SPDX-License-Identifier: MIT
#include "loader/libc/adopt.h"

#include <link.h>

#include <cstring>

#include "base/page.h"
#include "elf/reloc.h"
#include "loader/diagnostics.h"
#include "loader/load/decode.h"
#include "loader/load/map.h"
#include "loader/load/protection.h"
#include "loader/load/runtime.h"
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

// Whether the file that Signet looked at begins with a readable segment that has the headers at the
// load bias, as libraries have it. Then another version of it is like that, too.
bool BeginsAtLoadBias(const elf::ProgramHeaders& headers) {
  const auto first = elf::LoadSegments(headers.mapped).begin();
  return (*first).p_vaddr == 0 && (*first).p_offset == 0 && ((*first).p_flags & PF_R) != 0 &&
         (*first).p_filesz >= sizeof(elf::Ehdr);
}

// The program headers of such a module. Empty if there are none in its first page.
std::span<const elf::Phdr> HeadersInMemory(uint64_t load_bias) {
  const auto& header = *std::bit_cast<const elf::Ehdr*>(load_bias);
  const uint64_t size = uint64_t{header.e_phnum} * sizeof(elf::Phdr);
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_phentsize != sizeof(elf::Phdr) || header.e_phoff % alignof(elf::Phdr) != 0 ||
      header.e_phoff > kPageSize || size > kPageSize - header.e_phoff) {
    return {};
  }
  return {std::bit_cast<const elf::Phdr*>(load_bias + header.e_phoff), header.e_phnum};
}

bool AreSame(std::span<const elf::Phdr> a, std::span<const elf::Phdr> b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

std::span<const elf::Phdr> Copy(std::span<const elf::Phdr> phdrs) {
  const std::span<elf::Phdr> copy = ArenaArray<elf::Phdr>(phdrs.size());
  std::memcpy(copy.data(), phdrs.data(), copy.size_bytes());
  return copy;
}

// Describes and decodes the module where the interpreter's list of modules says that it is. False,
// with the error reported, if that fails. The interpreter has opened the file by its name: a
// package may have been upgraded since Signet looked at it. Then what is in memory counts.
bool Locate(Process& process, Module& module, const link_map* map) {
  while (map != nullptr && std::string_view(map->l_name) != module.path) map = map->l_next;
  if (map == nullptr) {
    process.diagnostics.LoadError(
        module.path, "libc's interpreter did not load it: ", process.interpreter->path);
    return false;
  }
  std::span<const elf::Phdr> found;
  if (BeginsAtLoadBias(module.map.headers)) found = HeadersInMemory(map->l_addr);
  const bool is_replaced = !found.empty() && !AreSame(found, module.map.headers.all);
  if (is_replaced) module.file = {};
  if (!DescribeModule(process.diagnostics, is_replaced ? Copy(found) : module.map.headers.all,
                      map->l_addr, module) ||
      module.map.headers.dynamic == nullptr ||
      !DecodeModule(process.diagnostics, module,
                    is_replaced ? FileEntries(module) : module.dynamic.entries)) {
    return false;
  }
  if (module.map.headers.tls != nullptr) ReadTlsOffset(process, module);
  return true;
}

}  // namespace

std::span<const elf::Dyn> FileEntries(const Module& module) {
  const std::span<const elf::Dyn> mapped =
      elf::DynamicEntries(module.map.image, *module.map.headers.dynamic);
  const std::span<elf::Dyn> entries = ArenaArray<elf::Dyn>(mapped.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    entries[i] = mapped[i];
    uint64_t& value = entries[i].d_un.d_val;
    if (value >= module.map.start && value < module.map.end) value -= module.map.image.load_bias();
  }
  return entries;
}

bool AdoptLater(Process& process, Module& module) {
  module.map.relro_open = false;
  return Locate(process, module, InterpreterDebug(*process.stand_in)->r_map);
}

void AdoptRuntime(Process& process) {
  const r_debug* debug = InterpreterDebug(*process.stand_in);
  if (debug == nullptr) Fatal("libc's interpreter keeps no list of modules for debuggers");
  for (Module* module : process.modules) {
    if (!module->IsAdopted()) continue;
    // Signet mapped the interpreter itself, so it knows where it is, and its RELRO is anonymous.
    // glibc's has closed its RELRO.
    if (module == process.interpreter) {
      module->map.relro_open = IsMusl(process);
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

// SPDX-License-Identifier: MIT
#include "tests/fuzz/loader_code.h"

#include <cstdio>
#include <stdexcept>
#include <string>

#include "tests/fail/elf_file.h"
#include "tests/support/process.h"
#include "tests/support/ways.h"

namespace signet::test {

LoaderCode::LoaderCode() {
  ElfFile file(Loader());
  const auto section = [&file](uint64_t index) -> Elf64_Shdr& {
    return reinterpret_cast<Elf64_Shdr*>(&file.bytes()[file.header().e_shoff])[index];
  };
  for (uint64_t i = 0; i < file.header().e_shnum; ++i) {
    if (section(i).sh_type != SHT_SYMTAB) continue;
    const auto* symbols = reinterpret_cast<Elf64_Sym*>(&file.bytes()[section(i).sh_offset]);
    const char* names = &file.bytes()[section(section(i).sh_link).sh_offset];
    for (uint64_t j = 0; j < section(i).sh_size / sizeof(Elf64_Sym); ++j) {
      const Elf64_Sym& symbol = symbols[j];
      if (ELF64_ST_TYPE(symbol.st_info) == STT_FUNC)
        functions_.push_back({symbol.st_value, symbol.st_size, IsTrusting(names + symbol.st_name)});
    }
  }
  if (functions_.empty()) throw std::runtime_error(Loader().string() + " has no symbols");
}

// By the first ones code gets at thread-local variables: it passes a pointer. The others call
// constructors, destructors and resolvers, which may destroy the registers that they should keep.
bool LoaderCode::IsTrusting(std::string_view name) {
  for (const std::string_view trusting :
       {"signet_tlsdesc_", "__tls_get_addr", "RunConstructors", "RunModuleConstructors",
        "RunDestructors", "RunModuleDestructors", "BindIfuncs"}) {
    if (name.find(trusting) != std::string_view::npos) return true;
  }
  return false;
}

// Asks objdump, as instructions differ in size. Without objdump, yes.
bool LoaderCode::HasInstructionAt(const Function& function, uint64_t offset) {
  char range[96];
  std::snprintf(range, sizeof range, "--start-address=0x%lx", function.start);
  const std::string start = range;
  std::snprintf(range, sizeof range, "--stop-address=0x%lx", function.start + function.size);
  const RunResult listing =
      RunProgram({"/usr/bin/env", "objdump", "-d", "--no-show-raw-insn", start, range, Loader()});
  char line[32];
  std::snprintf(line, sizeof line, " %lx:\t", offset);
  return listing.exit_status != 0 || listing.out.find(line) != std::string::npos;
}

const LoaderCode::Function* LoaderCode::Find(uint64_t offset) const {
  for (const Function& function : functions_) {
    if (offset - function.start < function.size) return &function;
  }
  return nullptr;
}

bool LoaderCode::IsToBlame(const TrialResult& result) const {
  if (!result.where.ends_with("/ld-signet.so") || result.is_call) return false;
  const Function* function = Find(result.offset);
  if (function == nullptr || function->is_trusting) return false;
  for (const uint64_t caller : result.callers) {
    const Function* calling = Find(caller);
    if (calling != nullptr && calling->is_trusting) return false;
  }
  return HasInstructionAt(*function, result.offset);
}

}  // namespace signet::test

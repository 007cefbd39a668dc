// SPDX-License-Identifier: MIT
//
// elf-edit FILE OUTPUT WHAT OLD NEW: a copy of an ELF file with a number in it changed, for modules
// that no linker makes. WHAT is
//   tag      the tags of dynamic entries
//   reloc    the types of relocations
//   machine  e_machine
//   class    the class byte
//   segment  the types of program headers
// NEW replaces every OLD. It fails if there is no OLD. Its input is trusted.

#include <elf.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Bytes = std::vector<char>;

template <typename T>
T* At(Bytes& file, Elf64_Off offset) {
  return reinterpret_cast<T*>(file.data() + offset);
}

// Calls `edit` on each entry of each section of `type`.
template <typename T, typename Edit>
void ForEach(Bytes& file, Elf64_Word type, Edit edit) {
  const auto* header = At<Elf64_Ehdr>(file, 0);
  for (Elf64_Off i = 0; i < header->e_shnum; ++i) {
    const auto* section = At<Elf64_Shdr>(file, header->e_shoff + i * sizeof(Elf64_Shdr));
    if (section->sh_type != type) continue;
    for (Elf64_Off at = 0; at + sizeof(T) <= section->sh_size; at += sizeof(T)) {
      edit(*At<T>(file, section->sh_offset + at));
    }
  }
}

int Change(Bytes& file, std::string_view what, long old_value, long new_value) {
  int changes = 0;
  const auto replace = [&](auto& field) {
    if (static_cast<long>(field) != old_value) return;
    field = static_cast<std::remove_reference_t<decltype(field)>>(new_value);
    ++changes;
  };
  auto* header = At<Elf64_Ehdr>(file, 0);
  if (what == "machine") replace(header->e_machine);
  if (what == "class") replace(header->e_ident[EI_CLASS]);
  if (what == "segment") {
    for (Elf64_Off i = 0; i < header->e_phnum; ++i) {
      replace(At<Elf64_Phdr>(file, header->e_phoff + i * sizeof(Elf64_Phdr))->p_type);
    }
  }
  if (what == "tag") {
    ForEach<Elf64_Dyn>(file, SHT_DYNAMIC, [&](Elf64_Dyn& entry) { replace(entry.d_tag); });
  }
  if (what == "reloc") {
    ForEach<Elf64_Rela>(file, SHT_RELA, [&](Elf64_Rela& rela) {
      auto type = ELF64_R_TYPE(rela.r_info);
      replace(type);
      rela.r_info = ELF64_R_INFO(ELF64_R_SYM(rela.r_info), type);
    });
  }
  return changes;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: elf-edit FILE OUTPUT tag|reloc|machine|class|segment OLD NEW\n");
    return 2;
  }
  std::ifstream input(argv[1], std::ios::binary);
  Bytes file((std::istreambuf_iterator<char>(input)), std::istreambuf_iterator<char>());
  if (file.size() < sizeof(Elf64_Ehdr) || std::memcmp(file.data(), ELFMAG, SELFMAG) != 0) {
    std::fprintf(stderr, "elf-edit: %s is not an ELF file\n", argv[1]);
    return 1;
  }
  if (Change(file, argv[3], std::strtol(argv[4], nullptr, 0), std::strtol(argv[5], nullptr, 0)) ==
      0) {
    std::fprintf(stderr, "elf-edit: %s: no %s is %s\n", argv[1], argv[3], argv[4]);
    return 1;
  }
  std::ofstream output(argv[2], std::ios::binary);
  output.write(file.data(), static_cast<std::streamsize>(file.size()));
  if (!output.flush()) return 1;
  std::filesystem::permissions(argv[2], std::filesystem::status(argv[1]).permissions());
  return 0;
}

// SPDX-License-Identifier: MIT
//
// The bytes of an ELF file that a test spoils: a sound module -> references to its fields.
//
// It throws if the sound module does not have the field: then the module is wrong, not the loader.
#pragma once

#include <elf.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace signet::test {

class ElfFile {
 public:
  explicit ElfFile(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(stream), {});
  }

  std::string& bytes() { return bytes_; }
  const std::string& bytes() const { return bytes_; }

  Elf64_Ehdr& header() { return AtOffset<Elf64_Ehdr>(0); }

  std::span<Elf64_Phdr> phdrs() {
    return {&AtOffset<Elf64_Phdr>(header().e_phoff), header().e_phnum};
  }

  // The index-th program header of a type.
  Elf64_Phdr& phdr(uint32_t type, int index = 0) {
    for (Elf64_Phdr& phdr : phdrs()) {
      if (phdr.p_type == type && index-- == 0) return phdr;
    }
    throw std::runtime_error("no program header of type " + std::to_string(type));
  }

  Elf64_Dyn& entry(int64_t tag) {
    const Elf64_Phdr& dynamic = phdr(PT_DYNAMIC);
    for (uint64_t i = 0; i < dynamic.p_filesz / sizeof(Elf64_Dyn); ++i) {
      auto& entry = AtOffset<Elf64_Dyn>(dynamic.p_offset + i * sizeof(Elf64_Dyn));
      if (entry.d_tag == tag) return entry;
    }
    throw std::runtime_error("no dynamic entry with tag " + std::to_string(tag));
  }

  // The value of a dynamic entry.
  uint64_t& tag(int64_t tag) { return entry(tag).d_un.d_val; }

  // The index-th object of the table at `vaddr`, an address like p_vaddr.
  template <typename T>
  T& At(uint64_t vaddr, uint64_t index = 0) {
    return AtOffset<T>(LoadOf(vaddr).p_offset + (vaddr - LoadOf(vaddr).p_vaddr) +
                       index * sizeof(T));
  }

  // The dynamic symbol of this name. Linkers put the strings behind the symbols.
  Elf64_Sym& Symbol(std::string_view name) {
    const uint64_t count = (tag(DT_STRTAB) - tag(DT_SYMTAB)) / sizeof(Elf64_Sym);
    for (uint64_t i = 1; i < count; ++i) {
      auto& symbol = At<Elf64_Sym>(tag(DT_SYMTAB), i);
      if (&At<char>(tag(DT_STRTAB), symbol.st_name) == name) return symbol;
    }
    throw std::runtime_error("no symbol " + std::string(name));
  }

  // The PT_LOAD that holds `vaddr`.
  Elf64_Phdr& LoadOf(uint64_t vaddr) {
    for (Elf64_Phdr& phdr : phdrs()) {
      if (phdr.p_type == PT_LOAD && vaddr - phdr.p_vaddr < phdr.p_memsz) return phdr;
    }
    throw std::runtime_error("no PT_LOAD holds " + std::to_string(vaddr));
  }

  void Write(const std::filesystem::path& path) const {
    std::ofstream(path, std::ios::binary) << bytes_;
    std::filesystem::permissions(path, std::filesystem::perms(0755));
  }

 private:
  template <typename T>
  T& AtOffset(uint64_t offset) {
    if (offset > bytes_.size() || sizeof(T) > bytes_.size() - offset) {
      throw std::runtime_error("outside the file");
    }
    return *reinterpret_cast<T*>(&bytes_[offset]);
  }

  std::string bytes_;
};

}  // namespace signet::test

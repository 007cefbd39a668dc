// SPDX-License-Identifier: MIT
//
// An ELF module in a fake process's memory: five pages with headers, text, a gap, RELRO and data,
// and a dynamic symbol table with one object in the data. Tests spoil it field by field.
#pragma once

#include <elf.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "elf/symbol.h"
#include "tests/tool/fake_memory.h"

namespace signet::test {

struct FakeModule {
  static constexpr uint64_t kHeaders = 0x0000;
  static constexpr uint64_t kSymtab = 0x0400;
  static constexpr uint64_t kStrtab = 0x0500;
  static constexpr uint64_t kGnuHash = 0x0600;
  static constexpr uint64_t kText = 0x1000;
  static constexpr uint64_t kGap = 0x2000;
  static constexpr uint64_t kRelro = 0x3000;  // with the dynamic section
  static constexpr uint64_t kData = 0x4000;
  static constexpr uint64_t kObject = 0x4010;  // eight bytes, called `symbol_name`
  static constexpr uint64_t kSize = 0x5000;
  static constexpr uint64_t kFileOffsetOfRelro = 0x2000;

  uint64_t start;
  std::string symbol_name = "an_object";
  std::string path = "/lib/libfake.so";

  Elf64_Ehdr header = {};
  std::vector<Elf64_Phdr> segments;
  std::vector<Elf64_Dyn> dynamic;
  Elf64_Sym symbol = {};
  // nbuckets, symoffset, bloom_size, bloom_shift, bloom (two words), bucket, chain
  std::vector<uint32_t> gnu_hash;

  explicit FakeModule(uint64_t address) : start(address) {
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_ident[EI_VERSION] = EV_CURRENT;
    header.e_type = ET_DYN;
    header.e_machine = EM_X86_64;
    header.e_version = EV_CURRENT;
    header.e_ehsize = sizeof(Elf64_Ehdr);
    header.e_phoff = sizeof(Elf64_Ehdr);
    header.e_phentsize = sizeof(Elf64_Phdr);
    // The section headers of a file are not in memory.
    header.e_shoff = 0x7fff0;
    header.e_shentsize = sizeof(Elf64_Shdr);
    header.e_shnum = 30;
    header.e_shstrndx = 29;
    segments = {Segment(PT_LOAD, PF_R, 0, 0, 0x0800),
                Segment(PT_LOAD, PF_R | PF_X, kText, kText, 0x0100),
                Segment(PT_LOAD, PF_R | PF_W, kFileOffsetOfRelro, kRelro, 0x1800),
                Segment(PT_DYNAMIC, PF_R | PF_W, kFileOffsetOfRelro, kRelro, 0x100),
                Segment(PT_GNU_RELRO, PF_R, kFileOffsetOfRelro, kRelro, 0x1000)};
    dynamic = {{DT_SONAME, {1}},
               {DT_SYMTAB, {kSymtab}},
               {DT_STRTAB, {kStrtab}},
               {DT_GNU_HASH, {kGnuHash}},
               {DT_NULL, {0}}};
    symbol.st_name = 16;
    symbol.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT);
    symbol.st_shndx = 5;
    symbol.st_value = kObject;
    symbol.st_size = 8;
  }

  static Elf64_Phdr Segment(uint32_t type, uint32_t flags, uint64_t offset, uint64_t address,
                            uint64_t size) {
    return {.p_type = type,
            .p_flags = flags,
            .p_offset = offset,
            .p_vaddr = address,
            .p_paddr = address,
            .p_filesz = size,
            .p_memsz = size,
            .p_align = 0x1000};
  }

  // To be called once, when the fields have their values.
  void PutInto(FakeMemory& memory) {
    header.e_phnum = static_cast<uint16_t>(segments.size());
    if (gnu_hash.empty()) gnu_hash = {1, 1, 1, 6, 0, 0, 1, elf::GnuHash(symbol_name) | 1};
    memory.Map(start, kGap);
    memory.Map(start + kRelro, kSize - kRelro);
    memory.Put(start, header);
    memory.Write(start + sizeof(header), std::as_bytes(std::span(segments)));
    memory.Put(start + kSymtab + sizeof(Elf64_Sym), symbol);
    memory.PutString(start + kStrtab + 1, "libfake.so.1");
    memory.PutString(start + kStrtab + 16, symbol_name);
    memory.Write(start + kGnuHash, std::as_bytes(std::span(gnu_hash)));
    memory.Write(start + kRelro, std::as_bytes(std::span(dynamic)));
  }

  // As after the system's dynamic linker: pages of the file, with RELRO read-only.
  std::vector<tool::SmapsMapping> Mappings() const {
    return {MakeMapping(start, start + kText, "r--p", path, 0),
            MakeMapping(start + kText, start + kGap, "r-xp", path, kText),
            MakeMapping(start + kGap, start + kRelro, "---p", path, kGap),
            MakeMapping(start + kRelro, start + kData, "r--p", path, kFileOffsetOfRelro),
            MakeMapping(start + kData, start + kSize, "rw-p", path, kFileOffsetOfRelro + 0x1000)};
  }
};

}  // namespace signet::test

// SPDX-License-Identifier: MIT
//
// Modules whose relocations or symbols are spoiled, which is seen when they are linked: see
// spoiled.h.
#include <string>

#include "tests/fail/spoiled.h"

namespace signet::test {
namespace {

Elf64_Rela& FirstRela(ElfFile& file) { return file.At<Elf64_Rela>(file.tag(DT_RELA)); }

std::string OutsideWritable(ElfFile& file, uint64_t vaddr, const std::string& what = "r_offset") {
  return what + " is " + Hex(vaddr) + ", outside every writable segment; the module ends at " +
         Hex(ModuleEnd(file));
}

std::string MoveRela(ElfFile& file, uint64_t vaddr) {
  FirstRela(file).r_offset = vaddr;
  return OutsideWritable(file, vaddr);
}

// Lets the module write to a table of its own, whose entry in PT_DYNAMIC is `tag`.
std::string WriteToTable(ElfFile& file, int64_t tag, uint64_t header_size = 0) {
  const uint64_t start = file.tag(tag) + header_size;
  FirstRela(file).r_offset = start;
  file.LoadOf(start).p_flags |= PF_W;
  return "r_offset is " + Hex(start) + ", in the table for linking that begins at " + Hex(start);
}

constexpr SpoiledCase kReferenceCases[] = {
    {"symbol_name_outside_strtab", kAll,
     [](ElfFile& file) {
       return MoveString(file, "st_name", file.At<Elf64_Sym>(file.tag(DT_SYMTAB), 1).st_name);
     }},
    {"versym_index_outside", kAll,
     [](ElfFile& file) {
       file.At<uint16_t>(file.tag(DT_VERSYM), 1) = 99;
       return std::string("version index of a symbol is 99, expected less than 4");
     }},
    {"type_unknown", kAll,
     [](ElfFile& file) {
       Elf64_Rela& rela = FirstRela(file);
       rela.r_info = ELF64_R_INFO(ELF64_R_SYM(rela.r_info), 200);
       return std::string("unexpected reloc type 0xc8");
     },
     true},
    {"type_unknown_in_jmprel", kAll,
     [](ElfFile& file) {
       auto& rela = file.At<Elf64_Rela>(file.tag(DT_JMPREL));
       rela.r_info = ELF64_R_INFO(ELF64_R_SYM(rela.r_info), 43);
       return std::string("unexpected reloc type 0x2b");
     }},
    {"type_of_object_files", kAll,
     [](ElfFile& file) {
       Elf64_Rela& rela = FirstRela(file);
       rela.r_info = ELF64_R_INFO(ELF64_R_SYM(rela.r_info), R_X86_64_GOTPCREL);
       return std::string("unexpected reloc type 0x09");
     },
     true},
    {"symbol_outside", kAll,
     [](ElfFile& file) {
       FirstRela(file).r_info = ELF64_R_INFO(uint64_t{0xffffff}, R_X86_64_64);
       // DT_HASH says how many there are.
       return "symbol index of a relocation is 16777215, expected less than " +
              Decimal(file.At<uint32_t>(file.tag(DT_HASH), 1));
     }},
    {"offset_outside", kAll, [](ElfFile& file) { return MoveRela(file, kOutside); }},
    {"offset_overflows", kAll, [](ElfFile& file) { return MoveRela(file, UINT64_MAX - 3); }},
    {"offset_in_text", kAll,
     [](ElfFile& file) { return MoveRela(file, file.phdr(PT_LOAD, 1).p_vaddr); }},
    {"offset_reaches_outside", kAll,
     [](ElfFile& file) {
       const Elf64_Phdr& last = file.LoadOf(file.phdr(PT_DYNAMIC).p_vaddr);
       return MoveRela(file, last.p_vaddr + last.p_memsz - 4);
     }},
    {"offset_of_jmprel_outside", kAll,
     [](ElfFile& file) {
       file.At<Elf64_Rela>(file.tag(DT_JMPREL)).r_offset = kOutside;
       return OutsideWritable(file, kOutside);
     }},
    {"offset_in_strtab", kAll, [](ElfFile& file) { return WriteToTable(file, DT_STRTAB); }},
    {"offset_in_symtab", kAll, [](ElfFile& file) { return WriteToTable(file, DT_SYMTAB); }},
    {"offset_in_versym", kAll, [](ElfFile& file) { return WriteToTable(file, DT_VERSYM); }},
    {"offset_in_rela", kAll, [](ElfFile& file) { return WriteToTable(file, DT_RELA); }},
    {"offset_in_jmprel", kAll, [](ElfFile& file) { return WriteToTable(file, DT_JMPREL); }},
    {"offset_in_relr", kAll, [](ElfFile& file) { return WriteToTable(file, DT_RELR); }},
    {"offset_in_gnu_hash", kAll, [](ElfFile& file) { return WriteToTable(file, DT_GNU_HASH, 16); }},
    {"offset_in_hash", kAll,
     [](ElfFile& file) {
       file.entry(DT_GNU_HASH).d_tag = DT_DEBUG;
       return WriteToTable(file, DT_HASH, 8);
     }},
    {"offset_in_a_table_of_text", kAll,
     [](ElfFile& file) {
       const std::string message = WriteToTable(file, DT_STRTAB);
       file.LoadOf(file.tag(DT_STRTAB)).p_flags &= ~uint32_t{PF_W};
       file.entry(DT_VERDEFNUM).d_tag = DT_TEXTREL;
       return message;
     }},
    {"relr_in_a_table", kAll,
     [](ElfFile& file) {
       const uint64_t symbols = file.tag(DT_SYMTAB);
       file.LoadOf(symbols).p_flags |= PF_W;
       file.At<uint64_t>(file.tag(DT_RELR)) = symbols;
       return "DT_RELR address is " + Hex(symbols) + ", in the table for linking that begins at " +
              Hex(symbols);
     }},
    {"relr_outside", kAll,
     [](ElfFile& file) {
       file.At<uint64_t>(file.tag(DT_RELR)) = kOutside;
       return OutsideWritable(file, kOutside, "DT_RELR address");
     }},
    {"relr_begins_with_bitmap", kAll,
     [](ElfFile& file) {
       file.At<uint64_t>(file.tag(DT_RELR)) = 3;
       return OutsideWritable(file, 0, "DT_RELR address");
     }},
    {"relr_bitmap_reaches_outside", kAll,
     [](ElfFile& file) {
       // An address, the segment's last word, and a full bitmap for what follows it.
       const Elf64_Phdr& segment = file.LoadOf(file.phdr(PT_DYNAMIC).p_vaddr);
       const uint64_t last = (segment.p_vaddr + segment.p_memsz - 8) & ~uint64_t{7};
       file.At<uint64_t>(file.tag(DT_RELR), 0) = last;
       file.At<uint64_t>(file.tag(DT_RELR), 1) = UINT64_MAX;
       const uint64_t word = last + 8;
       return OutsideWritable(file, word, "DT_RELR address");
     }},
    {"tls_of_a_module_without", kAll,
     [](ElfFile& file) {
       FirstRela(file).r_info = ELF64_R_INFO(uint64_t{0}, R_X86_64_TPOFF64);
       file.phdr(PT_TLS).p_type = PT_NULL;
       return "relocation refers to thread-local storage of a module that has none: r_offset is " +
              Hex(FirstRela(file).r_offset) + ", symbol index is 0x0";
     }},
    {"irelative_outside", kAll,
     [](ElfFile& file) {
       Elf64_Rela& rela = FirstRela(file);
       rela.r_info = ELF64_R_INFO(uint64_t{0}, R_X86_64_IRELATIVE);
       rela.r_addend = kOutside;
       return "r_addend of R_X86_64_IRELATIVE is " + Hex(kOutside) +
              ", outside every executable segment; the module ends at " + Hex(ModuleEnd(file));
     }},
    {"ifunc_outside", kLibrary,
     [](ElfFile& file) {
       // The library's own function, which the program calls.
       Elf64_Sym& symbol = file.Symbol("VictimFunction");
       symbol.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_GNU_IFUNC);
       symbol.st_value = kOutside;
       return "st_value of an STT_GNU_IFUNC symbol is " + Hex(kOutside) +
              ", outside every executable segment; the module ends at " + Hex(ModuleEnd(file));
     }},
};

INSTANTIATE_TEST_SUITE_P(, SpoiledReference, testing::ValuesIn(kReferenceCases), Spoiled::Name);

}  // namespace
}  // namespace signet::test

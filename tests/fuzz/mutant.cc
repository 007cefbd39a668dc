// SPDX-License-Identifier: MIT
#include "tests/fuzz/mutant.h"

#include <cstring>

namespace signet::test {
namespace {

template <typename T>
T Read(const std::string& bytes, uint64_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

template <typename T>
void Write(std::string& bytes, uint64_t offset, T value) {
  std::memcpy(bytes.data() + offset, &value, sizeof value);
}

template <typename T>
const T& OneOf(Random& random, const std::vector<T>& values) {
  return values[Below(random, values.size())];
}

// Values at which numbers of some width, or checks, change their behaviour.
constexpr uint64_t kEdges[] = {0,
                               1,
                               2,
                               7,
                               8,
                               24,
                               0x7f,
                               0xff,
                               0xfff,
                               0x1000,
                               0x7fff,
                               0x8000,
                               0xffff,
                               0x10000,
                               0x7fffffff,
                               0x80000000,
                               0xffffffff,
                               0x100000000,
                               (uint64_t{1} << 47) - 0x1000,
                               uint64_t{1} << 47,
                               INT64_MAX,
                               uint64_t{1} << 63,
                               UINT64_MAX - 0xfff,
                               UINT64_MAX - 7,
                               UINT64_MAX};
constexpr uint64_t kSteps[] = {0, 1, 2, 4, 8, 16, 24, 0x1000};

constexpr int64_t kTags[] = {
    DT_NULL,     DT_NEEDED,     DT_PLTRELSZ,   DT_HASH,          DT_STRTAB,     DT_SYMTAB,
    DT_RELA,     DT_RELASZ,     DT_RELAENT,    DT_STRSZ,         DT_SYMENT,     DT_INIT,
    DT_FINI,     DT_SONAME,     DT_RPATH,      DT_SYMBOLIC,      DT_REL,        DT_PLTREL,
    DT_DEBUG,    DT_TEXTREL,    DT_JMPREL,     DT_BIND_NOW,      DT_INIT_ARRAY, DT_INIT_ARRAYSZ,
    DT_RUNPATH,  DT_FLAGS,      DT_FINI_ARRAY, DT_PREINIT_ARRAY, DT_RELRSZ,     DT_RELR,
    DT_GNU_HASH, DT_VERSYM,     DT_RELACOUNT,  DT_FLAGS_1,       DT_VERDEF,     DT_VERDEFNUM,
    DT_VERNEED,  DT_VERNEEDNUM, DT_TLSDESC_PLT};
constexpr uint32_t kTypes[] = {
    R_X86_64_NONE,      R_X86_64_64,        R_X86_64_PC32,   R_X86_64_COPY,     R_X86_64_GLOB_DAT,
    R_X86_64_JUMP_SLOT, R_X86_64_RELATIVE,  R_X86_64_32,     R_X86_64_DTPMOD64, R_X86_64_DTPOFF64,
    R_X86_64_TPOFF64,   R_X86_64_PC64,      R_X86_64_SIZE32, R_X86_64_SIZE64,   R_X86_64_TLSDESC,
    R_X86_64_IRELATIVE, R_X86_64_RELATIVE64};

constexpr uint64_t kPhdrFlags = offsetof(Elf64_Phdr, p_flags);

}  // namespace

MutantMaker::MutantMaker(const std::filesystem::path& sound) : file_(sound) {
  places_.push_back(file_.bytes().size());
  FindHeader();
  FindSegments();
  bool is_dynamic = false;
  for (const Elf64_Phdr& phdr : file_.phdrs()) is_dynamic |= phdr.p_type == PT_DYNAMIC;
  if (!is_dynamic) return;
  FindDynamic();
  FindSymbols();
  FindRelocations();
  FindHashTables();
  FindVersions();
  FindContents();
}

uint64_t MutantMaker::OffsetOf(uint64_t vaddr) {
  return static_cast<uint64_t>(&file_.At<char>(vaddr) - file_.bytes().data());
}

uint64_t MutantMaker::Tag(int64_t tag) {
  for (const uint64_t offset : entries_) {
    const auto entry = Read<Elf64_Dyn>(file_.bytes(), offset);
    if (entry.d_tag == tag) return entry.d_un.d_val;
  }
  return 0;
}

void MutantMaker::AddFields(Fields& group, uint64_t offset, uint64_t count,
                            std::initializer_list<uint64_t> widths) const {
  for (; count != 0; --count) {
    for (const uint64_t width : widths) {
      if (offset + width <= file_.bytes().size()) group.push_back({offset, width});
      offset += width;
    }
  }
}

void MutantMaker::AddGroup(uint64_t vaddr, uint64_t count, std::initializer_list<uint64_t> widths) {
  if (vaddr == 0 || count == 0) return;
  Fields group;
  AddFields(group, OffsetOf(vaddr), count, widths);
  groups_.push_back(group);
  tables_.push_back(vaddr);
}

void MutantMaker::FindHeader() {
  Fields group;
  AddFields(group, EI_CLASS, 1, {1, 1, 1, 1, 1});
  AddFields(group, offsetof(Elf64_Ehdr, e_type), 1, {2, 2, 4, 8, 8, 8, 4, 2, 2, 2});
  groups_.push_back(group);
}

void MutantMaker::FindSegments() {
  Fields group;
  const Elf64_Ehdr& header = file_.header();
  AddFields(group, header.e_phoff, header.e_phnum, {4, 4, 8, 8, 8, 8, 8, 8});
  groups_.push_back(group);
  groups_.push_back(group);  // twice as often as others: everything depends on them
  for (const Elf64_Phdr& phdr : file_.phdrs()) {
    for (const uint64_t place : {phdr.p_offset, phdr.p_offset + phdr.p_filesz, phdr.p_vaddr,
                                 phdr.p_vaddr + phdr.p_filesz, phdr.p_vaddr + phdr.p_memsz}) {
      places_.push_back(place);
    }
    if (phdr.p_type == PT_PHDR) tables_.push_back(phdr.p_vaddr);
    if (phdr.p_type == PT_TLS) tables_.push_back(phdr.p_vaddr);
  }
}

void MutantMaker::FindDynamic() {
  const Elf64_Phdr& dynamic = file_.phdr(PT_DYNAMIC);
  Fields group;
  for (uint64_t at = dynamic.p_offset;; at += sizeof(Elf64_Dyn)) {
    entries_.push_back(at);
    AddFields(group, at, 1, {8, 8});
    const auto entry = Read<Elf64_Dyn>(file_.bytes(), at);
    places_.push_back(entry.d_un.d_val);
    if (entry.d_tag == DT_NULL) break;
  }
  groups_.push_back(group);
  groups_.push_back(group);
  tables_.push_back(dynamic.p_vaddr);
}

void MutantMaker::FindSymbols() {
  // Linkers put the strings behind the symbols.
  const uint64_t count = (Tag(DT_STRTAB) - Tag(DT_SYMTAB)) / sizeof(Elf64_Sym);
  AddGroup(Tag(DT_SYMTAB), count, {4, 1, 1, 2, 8, 8});
  AddGroup(Tag(DT_VERSYM), count, {2});
  AddGroup(Tag(DT_STRTAB), Tag(DT_STRSZ), {1});
}

void MutantMaker::FindRelocations() {
  for (const auto& [table, size] : {std::pair(DT_RELA, DT_RELASZ), {DT_JMPREL, DT_PLTRELSZ}}) {
    const uint64_t count = Tag(size) / sizeof(Elf64_Rela);
    AddGroup(Tag(table), count, {8, 4, 4, 8});
    for (uint64_t i = 0; i < count; ++i)
      relocations_.push_back(OffsetOf(Tag(table)) + i * sizeof(Elf64_Rela));
  }
  AddGroup(Tag(DT_RELR), Tag(DT_RELRSZ) / sizeof(uint64_t), {8});
}

void MutantMaker::FindHashTables() {
  if (const uint64_t hash = Tag(DT_HASH); hash != 0)
    AddGroup(hash, 2 + file_.At<uint32_t>(hash) + file_.At<uint32_t>(hash, 1), {4});
  if (const uint64_t hash = Tag(DT_GNU_HASH); hash != 0) {
    const uint64_t words = 4 + 2 * file_.At<uint32_t>(hash, 2) + file_.At<uint32_t>(hash);
    const uint64_t symbols = (Tag(DT_STRTAB) - Tag(DT_SYMTAB)) / sizeof(Elf64_Sym);
    AddGroup(hash, words + symbols - file_.At<uint32_t>(hash, 1), {4});
  }
}

void MutantMaker::FindVersions() {
  // The entries of these modules lie behind each other.
  AddGroup(Tag(DT_VERDEF), Tag(DT_VERDEFNUM), {2, 2, 2, 2, 4, 4, 4, 4, 4});
  AddGroup(Tag(DT_VERNEED), Tag(DT_VERNEEDNUM), {2, 2, 4, 4, 4, 4, 2, 2, 4, 4});
}

void MutantMaker::FindContents() {
  for (const auto& [table, size] :
       {std::pair(DT_INIT_ARRAY, DT_INIT_ARRAYSZ), {DT_FINI_ARRAY, DT_FINI_ARRAYSZ}}) {
    AddGroup(Tag(table), Tag(size) / sizeof(uint64_t), {8});
  }
  for (const Elf64_Phdr& phdr : file_.phdrs()) {
    if (phdr.p_type == PT_NOTE || phdr.p_type == PT_INTERP || phdr.p_type == PT_GNU_EH_FRAME)
      AddGroup(phdr.p_vaddr, phdr.p_filesz / sizeof(uint32_t), {4});
  }
}

uint64_t MutantMaker::Value(Random& random, const std::string& bytes, const Field& field,
                            const Fields& group) const {
  uint64_t old = 0;
  std::memcpy(&old, bytes.data() + field.offset, field.width);
  const uint64_t step = kSteps[Below(random, std::size(kSteps))];
  const uint64_t delta = Below(random, 2) == 0 ? step : -step;
  switch (Below(random, 5)) {
    case 0:
      return kEdges[Below(random, std::size(kEdges))];
    case 1:
      return OneOf(random, places_) + delta;
    case 2:
      return old + (step != 0 ? delta : 1);
    case 3:
      return old ^ uint64_t { 1 } << Below(random, 8 * field.width);
    default: {
      const Field& other = OneOf(random, group);
      uint64_t value = 0;
      std::memcpy(&value, bytes.data() + other.offset, other.width);
      return value;
    }
  }
}

void MutantMaker::ChangeField(Random& random, std::string& bytes) const {
  const Fields& group = OneOf(random, groups_);
  const Field& field = OneOf(random, group);
  const uint64_t value = Value(random, bytes, field, group);
  std::memcpy(bytes.data() + field.offset, &value, field.width);
}

void MutantMaker::ChangeFlags(Random& random, std::string& bytes) const {
  const auto header = Read<Elf64_Ehdr>(file_.bytes(), 0);
  const uint64_t index = Below(random, header.e_phnum);
  const uint64_t at = header.e_phoff + index * sizeof(Elf64_Phdr) + kPhdrFlags;
  Write(bytes, at, Read<uint32_t>(bytes, at) ^ uint32_t{1} << Below(random, 3));
}

void MutantMaker::ChangeTag(Random& random, std::string& bytes) const {
  if (entries_.empty()) return;
  Write(bytes, OneOf(random, entries_), kTags[Below(random, std::size(kTags))]);
}

void MutantMaker::ChangeRelocation(Random& random, std::string& bytes) const {
  if (relocations_.empty()) return;
  const uint64_t at = OneOf(random, relocations_) + offsetof(Elf64_Rela, r_info);
  Write(bytes, at, kTypes[Below(random, std::size(kTypes))]);
}

// A relocation that writes into a table, which can be written.
void MutantMaker::AimAtTable(Random& random, std::string& bytes) const {
  if (relocations_.empty()) return;
  const uint64_t at = OneOf(random, relocations_);
  Write(bytes, at, OneOf(random, tables_) + 4 * Below(random, 32));
  if (Below(random, 2) == 0)
    Write(bytes, at + offsetof(Elf64_Rela, r_addend), kEdges[Below(random, std::size(kEdges))]);
  if (Below(random, 2) == 0) {
    Write<int64_t>(bytes, OneOf(random, entries_), DT_TEXTREL);
    return;
  }
  const auto header = Read<Elf64_Ehdr>(file_.bytes(), 0);
  for (uint64_t i = 0; i < header.e_phnum; ++i) {
    const uint64_t phdr = header.e_phoff + i * sizeof(Elf64_Phdr);
    if (Read<uint32_t>(bytes, phdr) == PT_LOAD)
      Write<uint32_t>(bytes, phdr + kPhdrFlags, Read<uint32_t>(bytes, phdr + kPhdrFlags) | PF_W);
  }
}

std::string MutantMaker::Make(Random& random) const {
  std::string bytes = file_.bytes();
  uint64_t changes = 1;
  while (changes < 6 && Below(random, 2) == 0) ++changes;
  for (; changes != 0; --changes) {
    switch (Below(random, 12)) {
      case 0:
        ChangeFlags(random, bytes);
        break;
      case 1:
        ChangeTag(random, bytes);
        break;
      case 2:
        ChangeRelocation(random, bytes);
        break;
      case 3:
        AimAtTable(random, bytes);
        break;
      default:
        ChangeField(random, bytes);
        break;
    }
  }
  return bytes;
}

}  // namespace signet::test

// SPDX-License-Identifier: MIT
//
// The smallest module with one of everything that decoders read. One segment maps the whole file.
#pragma once

#include <cstddef>

#include "base/page.h"
#include "elf/symbol.h"
#include "elf/types.h"

namespace signet::test {

struct SoundModule {
  elf::Ehdr ehdr;
  elf::Phdr phdrs[6];
  elf::Dyn dynamic[34];
  elf::Sym symbols[3];
  elf::Rela rela[3];
  elf::Rela jmprel[1];
  elf::Relr relr[2];
  uint64_t functions[3];
  uint32_t gnu_hash[9];
  uint32_t padding;
  uint32_t hash[6];
  uint16_t versym[4];
  elf::Verdef verdef[2];
  elf::Verdaux verdaux[2];
  elf::Verneed verneed;
  elf::Vernaux vernaux[2];
  uint32_t note[8];
  char strings[40];
};

// Offsets are addresses here.
#define SIGNET_AT(field) offsetof(SoundModule, field)

inline SoundModule MakeSoundModule() {
  enum { kSoname = 1, kName1 = 11, kName2 = 13, kVersion = 15, kLibc = 19, kPath = 29 };
  SoundModule m = {};
  std::memcpy(m.strings, "\0libfoo.so\0x\0y\0V_1\0libc.so.6\0$ORIGIN", 37);

  std::memcpy(m.ehdr.e_ident, ELFMAG, SELFMAG);
  m.ehdr.e_ident[EI_CLASS] = ELFCLASS64;
  m.ehdr.e_ident[EI_DATA] = ELFDATA2LSB;
  m.ehdr.e_ident[EI_VERSION] = EV_CURRENT;
  m.ehdr.e_type = ET_DYN;
  m.ehdr.e_machine = EM_X86_64;
  m.ehdr.e_version = EV_CURRENT;
  m.ehdr.e_phoff = SIGNET_AT(phdrs);
  m.ehdr.e_phentsize = sizeof(elf::Phdr);
  m.ehdr.e_phnum = 6;

  const auto phdr = [](uint32_t type, uint64_t at, uint64_t size, uint64_t align) {
    return elf::Phdr{type, PF_R | PF_W | PF_X, at, at, at, size, size, align};
  };
  m.phdrs[0] = phdr(PT_LOAD, 0, sizeof m, kPageSize);
  m.phdrs[1] = phdr(PT_DYNAMIC, SIGNET_AT(dynamic), sizeof m.dynamic, 8);
  m.phdrs[2] = phdr(PT_TLS, SIGNET_AT(rela), 16, 16);
  m.phdrs[3] = phdr(PT_GNU_RELRO, SIGNET_AT(dynamic), sizeof m.dynamic, 1);
  m.phdrs[4] = phdr(PT_INTERP, SIGNET_AT(strings) + kPath, 8, 1);
  m.phdrs[5] = phdr(PT_GNU_PROPERTY, SIGNET_AT(note), sizeof m.note, 8);
  // "GNU", with GNU_PROPERTY_NO_COPY_ON_PROTECTED and GNU_PROPERTY_MEMORY_SEAL.
  const uint32_t note[] = {4, 16, NT_GNU_PROPERTY_TYPE_0, 0x00554e47, 2, 0, 3, 0};
  std::memcpy(m.note, note, sizeof note);

  const elf::Dyn dynamic[] = {
      {DT_NEEDED, {kLibc}},
      {DT_SONAME, {kSoname}},
      {DT_RUNPATH, {kPath}},
      {DT_STRTAB, {SIGNET_AT(strings)}},
      {DT_STRSZ, {sizeof m.strings}},
      {DT_SYMTAB, {SIGNET_AT(symbols)}},
      {DT_SYMENT, {sizeof(elf::Sym)}},
      {DT_GNU_HASH, {SIGNET_AT(gnu_hash)}},
      {DT_HASH, {SIGNET_AT(hash)}},
      {DT_VERSYM, {SIGNET_AT(versym)}},
      {DT_VERDEF, {SIGNET_AT(verdef)}},
      {DT_VERNEED, {SIGNET_AT(verneed)}},
      {DT_RELA, {SIGNET_AT(rela)}},
      {DT_RELASZ, {sizeof m.rela}},
      {DT_RELAENT, {sizeof(elf::Rela)}},
      {DT_RELACOUNT, {1}},
      {DT_JMPREL, {SIGNET_AT(jmprel)}},
      {DT_PLTRELSZ, {sizeof m.jmprel}},
      {DT_PLTREL, {DT_RELA}},
      {DT_RELR, {SIGNET_AT(relr)}},
      {DT_RELRSZ, {sizeof m.relr}},
      {DT_RELRENT, {sizeof(elf::Relr)}},
      {DT_INIT, {SIGNET_AT(functions)}},
      {DT_FINI, {SIGNET_AT(functions)}},
      {DT_PREINIT_ARRAY, {SIGNET_AT(functions)}},
      {DT_PREINIT_ARRAYSZ, {8}},
      {DT_INIT_ARRAY, {SIGNET_AT(functions)}},
      {DT_INIT_ARRAYSZ, {16}},
      {DT_FINI_ARRAY, {SIGNET_AT(functions)}},
      {DT_FINI_ARRAYSZ, {24}},
      {DT_FLAGS, {DF_BIND_NOW}},
      {DT_FLAGS_1, {DF_1_NOW}},
  };
  static_assert(sizeof dynamic < sizeof m.dynamic, "and a DT_NULL behind it");
  std::memcpy(m.dynamic, dynamic, sizeof dynamic);

  m.symbols[1] = {.st_name = kName1,
                  .st_info = 0x12,
                  .st_other = 0,
                  .st_shndx = 0,
                  .st_value = 0,
                  .st_size = 0};
  m.symbols[2] = {.st_name = kName2,
                  .st_info = 0x12,
                  .st_other = 0,
                  .st_shndx = 1,
                  .st_value = SIGNET_AT(functions),
                  .st_size = 8};
  m.rela[0] = {SIGNET_AT(functions), R_X86_64_RELATIVE, 8};
  m.rela[1] = {SIGNET_AT(functions) + 8, uint64_t{1} << 32 | R_X86_64_GLOB_DAT, 0};
  m.rela[2] = {SIGNET_AT(functions) + 16, uint64_t{1} << 32 | R_X86_64_64, 4};
  m.jmprel[0] = {SIGNET_AT(functions), uint64_t{1} << 32 | R_X86_64_JUMP_SLOT, 0};
  m.relr[0] = SIGNET_AT(functions);
  m.relr[1] = 7;

  // One exported symbol, the last.
  const uint32_t gnu_hash[] = {1, 2, 1, 6, UINT32_MAX, UINT32_MAX, 2, elf::GnuHash("y") | 1};
  std::memcpy(m.gnu_hash, gnu_hash, sizeof gnu_hash);
  const uint32_t hash[] = {1, 3, 2, 0, 0, 1};
  std::memcpy(m.hash, hash, sizeof hash);
  m.versym[1] = 3;
  m.versym[2] = 2;
  m.verdef[0] = {1,
                 VER_FLG_BASE,
                 1,
                 1,
                 elf::SysvHash("libfoo.so"),
                 2 * sizeof(elf::Verdef),
                 sizeof(elf::Verdef)};
  m.verdef[1] = {1, 0, 2, 1, elf::SysvHash("V_1"), sizeof(elf::Verdef) + sizeof(elf::Verdaux), 0};
  m.verdaux[0] = {kSoname, 0};
  m.verdaux[1] = {kVersion, 0};
  m.verneed = {1, 2, kLibc, sizeof(elf::Verneed), 0};
  m.vernaux[0] = {elf::SysvHash("V_1"), 0, 3, kVersion, sizeof(elf::Vernaux)};
  m.vernaux[1] = {elf::SysvHash("x"), VER_FLG_WEAK, 4, kName1, 0};
  return m;
}

#undef SIGNET_AT

}  // namespace signet::test

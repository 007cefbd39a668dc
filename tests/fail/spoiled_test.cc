// SPDX-License-Identifier: MIT
//
// Spoiled modules: one field of a sound module is made wrong, and the loader must say exactly that:
// one line, nothing else, exit status 126 where it is the program, 127 where it is a library.
//
// The module is spoiled in three roles: the program given to the loader, the program whose
// PT_INTERP the loader is (where the kernel starts such a program at all), and a library that a
// sound program needs.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "tests/fail/elf_file.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;

enum Role : unsigned { kCommand = 1, kInterp = 2, kLibrary = 4 };
constexpr unsigned kFile = kCommand | kLibrary;  // the kernel refuses it
constexpr unsigned kAll = kFile | kInterp;

std::string Decimal(uint64_t value) { return std::to_string(value); }

std::string Hex(uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%lx", value);
  return text;
}

struct Case {
  const char* name;
  unsigned roles;
  // Spoils the module; returns what the loader must say behind "FILE: ".
  std::string (*spoil)(ElfFile& file);
  // ld.so says the same. What people search for must not change.
  bool as_ld_so = false;
};

void PrintTo(const Case& spoiled, std::ostream* stream) { *stream << spoiled.name; }

constexpr uint64_t kOutside = 0x7fff0000;  // in no segment of the module
constexpr uint64_t kAddressLimit = uint64_t{1} << 47;
constexpr const char* kNoSegment = ", outside every readable segment; its size is ";

// Where the module ends, in whole pages.
uint64_t ModuleEnd(ElfFile& file) {
  const Elf64_Phdr& last = file.LoadOf(file.phdr(PT_DYNAMIC).p_vaddr);
  return (last.p_vaddr + last.p_memsz + 0xfff) & ~uint64_t{0xfff};
}

// Moves the table that `tag` names out of the module.
std::string Move(ElfFile& file, const char* name, int64_t tag, uint64_t size) {
  file.tag(tag) = kOutside;
  return std::string(name) + " is " + Hex(kOutside) + kNoSegment + Hex(size);
}

std::string MoveOpen(ElfFile& file, const char* name, int64_t tag, uint64_t align) {
  file.tag(tag) = kOutside;
  return std::string(name) + " is " + Hex(kOutside) +
         ", outside every readable segment, or not a multiple of " + Hex(align);
}

// Gives a table's entries a wrong size.
std::string SetEntrySize(ElfFile& file, const char* name, int64_t tag, uint64_t expected) {
  file.tag(tag) = expected / 2;
  return std::string(name) + " is " + Decimal(expected / 2) + ", expected " + Decimal(expected);
}

// Makes a table larger than what its segment holds behind its beginning.
std::string Enlarge(ElfFile& file, const char* name, int64_t tag, int64_t size_tag) {
  const uint64_t size = uint64_t{24} << 40;
  const Elf64_Phdr& segment = file.LoadOf(file.tag(tag));
  file.tag(size_tag) = size;
  return std::string(name) + " is " + Hex(size) + ", expected at most " +
         Hex(segment.p_vaddr + segment.p_memsz - file.tag(tag));
}

// Gives a table a size that is no multiple of its entries'.
std::string MakeOdd(ElfFile& file, const char* name, int64_t size_tag, uint64_t entry) {
  file.tag(size_tag) += 1;
  return std::string(name) + " is " + Decimal(file.tag(size_tag)) + ", expected a multiple of " +
         Decimal(entry);
}

// Points a string outside the string table.
std::string MoveString(ElfFile& file, const char* name, uint64_t& offset) {
  offset = kOutside;
  return std::string(name) + " is " + Hex(kOutside) + ", expected less than DT_STRSZ, which is " +
         Hex(file.tag(DT_STRSZ));
}

template <typename T>
std::string MoveString(ElfFile& file, const char* name, T& offset) {
  uint64_t wide = 0;
  const std::string message = MoveString(file, name, wide);
  offset = static_cast<T>(wide);
  return message;
}

// Leaves only the older hash table.
uint32_t* OnlySysvHash(ElfFile& file) {
  file.entry(DT_GNU_HASH).d_tag = DT_DEBUG;
  return &file.At<uint32_t>(file.tag(DT_HASH));
}

// The four words that begin DT_GNU_HASH: nbuckets, symoffset, bloom size, bloom shift.
uint32_t* GnuHashHeader(ElfFile& file) { return &file.At<uint32_t>(file.tag(DT_GNU_HASH)); }

uint32_t* GnuHashBuckets(ElfFile& file) {
  return GnuHashHeader(file) + 4 + 2 * GnuHashHeader(file)[2];
}

constexpr Case kHeaderCases[] = {
    {"not_elf", kFile,
     [](ElfFile& file) {
       file.bytes().replace(0, 4, "what");
       return std::string("invalid ELF header");
     },
     true},
    {"empty", kFile,
     [](ElfFile& file) {
       file.bytes().clear();
       return std::string("file too short");
     },
     true},
    {"shorter_than_its_header", kFile,
     [](ElfFile& file) {
       file.bytes().resize(sizeof(Elf64_Ehdr) - 1);
       return std::string("file too short");
     },
     true},
    {"script", kFile,
     [](ElfFile& file) {
       file.bytes() = "#!/bin/sh\nexit 0\n";
       return std::string("invalid ELF header");
     }},
    {"class_32", kCommand,
     [](ElfFile& file) {
       file.header().e_ident[EI_CLASS] = ELFCLASS32;
       return std::string("wrong ELF class: ELFCLASS32");
     },
     true},
    {"class_none", kCommand,
     [](ElfFile& file) {
       file.header().e_ident[EI_CLASS] = ELFCLASSNONE;
       return std::string("e_ident[EI_CLASS] is 0, expected 2");
     }},
    {"big_endian", kCommand,
     [](ElfFile& file) {
       file.header().e_ident[EI_DATA] = ELFDATA2MSB;
       return std::string("ELF file data encoding not little-endian");
     },
     true},
    {"ident_version", kFile,
     [](ElfFile& file) {
       file.header().e_ident[EI_VERSION] = 2;
       return std::string("ELF file version ident does not match current one");
     },
     true},
    {"version", kFile,
     [](ElfFile& file) {
       file.header().e_version = 2;
       return std::string("ELF file version does not match current one");
     },
     true},
    {"os_abi", kFile,
     [](ElfFile& file) {
       file.header().e_ident[EI_OSABI] = ELFOSABI_FREEBSD;
       return std::string("ELF file OS ABI invalid");
     },
     true},
    {"machine", kCommand,
     [](ElfFile& file) {
       file.header().e_machine = EM_AARCH64;
       return std::string("e_machine is 183, expected 62");
     }},
    {"type_relocatable", kFile,
     [](ElfFile& file) {
       file.header().e_type = ET_REL;
       return std::string("only ET_DYN and ET_EXEC can be loaded");
     },
     true},
    {"type_core", kFile,
     [](ElfFile& file) {
       file.header().e_type = ET_CORE;
       return std::string("only ET_DYN and ET_EXEC can be loaded");
     },
     true},
    {"type_executable", kLibrary,
     [](ElfFile& file) {
       file.header().e_type = ET_EXEC;
       return std::string("cannot dynamically load executable");
     },
     true},
    {"entry_outside", kCommand | kInterp,
     [](ElfFile& file) {
       file.header().e_entry = kOutside;
       return "e_entry is " + Hex(kOutside) +
              ", outside every executable segment; the module ends at " + Hex(ModuleEnd(file));
     }},
    {"entry_in_data", kCommand | kInterp,
     [](ElfFile& file) {
       file.header().e_entry = file.phdr(PT_DYNAMIC).p_vaddr;
       return "e_entry is " + Hex(file.header().e_entry) +
              ", outside every executable segment; the module ends at " + Hex(ModuleEnd(file));
     }},
    {"phnum_0", kFile,
     [](ElfFile& file) {
       file.header().e_phnum = 0;
       return std::string("object file has no loadable segments");
     },
     true},
    {"phentsize", kFile,
     [](ElfFile& file) {
       file.header().e_phentsize = 32;
       return std::string("e_phentsize is 32, expected 56");
     }},
    {"phoff_misaligned", kFile,
     [](ElfFile& file) {
       file.header().e_phoff += 1;
       return std::string("e_phoff is 0x41, expected a multiple of 0x8");
     }},
    {"phoff_outside", kFile,
     [](ElfFile& file) {
       file.header().e_phoff = kOutside;
       return "e_phoff is " + Hex(kOutside) + ": program headers outside the file, which ends at " +
              Hex(file.bytes().size());
     }},
    {"phoff_overflows", kFile,
     [](ElfFile& file) {
       file.header().e_phoff = UINT64_MAX - 7;
       return "e_phoff is 0xfffffffffffffff8: program headers outside the file, which ends at " +
              Hex(file.bytes().size());
     }},
    {"phnum_outside", kFile,
     [](ElfFile& file) {
       file.header().e_phnum = 0xffff;
       return "e_phoff is 0x40: program headers outside the file, which ends at " +
              Hex(file.bytes().size());
     }},
};

constexpr Case kSegmentCases[] = {
    {"no_load", kFile,
     [](ElfFile& file) {
       for (Elf64_Phdr& phdr : file.phdrs()) {
         if (phdr.p_type == PT_LOAD) phdr.p_type = PT_NULL;
       }
       return std::string("object file has no loadable segments");
     },
     true},
    {"load_filesz_above_memsz", kFile,
     [](ElfFile& file) {
       Elf64_Phdr& load = file.phdr(PT_LOAD, 1);
       load.p_filesz = load.p_memsz + 1;
       return "PT_LOAD p_filesz is " + Hex(load.p_filesz) + ", larger than p_memsz, which is " +
              Hex(load.p_memsz);
     }},
    {"load_past_end_of_file", kFile,
     [](ElfFile& file) {
       Elf64_Phdr& load = file.phdr(PT_LOAD, 3);
       load.p_filesz = load.p_memsz = 0x100000;
       return "PT_LOAD ends at offset " + Hex(load.p_offset + 0x100000) +
              ", past the end of the file at " + Hex(file.bytes().size());
     }},
    {"load_behind_end_of_file", kFile,
     [](ElfFile& file) {
       Elf64_Phdr& load = file.phdr(PT_LOAD, 3);
       load.p_offset += 0x100000;
       return "PT_LOAD ends at offset " + Hex(load.p_offset + load.p_filesz) +
              ", past the end of the file at " + Hex(file.bytes().size());
     }},
    {"load_filesz_overflows", kFile,
     [](ElfFile& file) {
       Elf64_Phdr& load = file.phdr(PT_LOAD, 1);
       load.p_filesz = load.p_memsz = UINT64_MAX;
       return "PT_LOAD p_filesz is 0xffffffffffffffff, too large behind p_offset, which is " +
              Hex(load.p_offset);
     }},
    {"load_vaddr_outside_user_space", kFile,
     [](ElfFile& file) {
       file.phdr(PT_LOAD, 3).p_vaddr += kAddressLimit;
       return "PT_LOAD p_vaddr is " + Hex(file.phdr(PT_LOAD, 3).p_vaddr) + ", expected less than " +
              Hex(kAddressLimit);
     }},
    {"load_memsz_outside_user_space", kFile,
     [](ElfFile& file) {
       Elf64_Phdr& load = file.phdr(PT_LOAD, 3);
       load.p_memsz = UINT64_MAX - 0xfff;
       return "PT_LOAD p_memsz is 0xfffffffffffff000, expected at most " +
              Hex(kAddressLimit - load.p_vaddr);
     }},
    {"load_align_no_power_of_two", kFile,
     [](ElfFile& file) {
       file.phdr(PT_LOAD, 1).p_align = 0x3000;
       return std::string(
           "PT_LOAD p_align is 0x3000, expected a power of two of at most 0x40000000");
     }},
    {"load_align_huge", kFile,
     [](ElfFile& file) {
       file.phdr(PT_LOAD, 1).p_align = uint64_t{1} << 40;
       return std::string(
           "PT_LOAD p_align is 0x10000000000, expected a power of two of at most 0x40000000");
     }},
    {"load_vaddr_misaligned", kFile,
     [](ElfFile& file) {
       Elf64_Phdr& load = file.phdr(PT_LOAD, 1);
       load.p_vaddr += 0x10;
       return "ELF load command address/offset not properly aligned: p_vaddr is " +
              Hex(load.p_vaddr) + ", p_offset is " + Hex(load.p_offset);
     }},
    {"loads_out_of_order", kFile,
     [](ElfFile& file) {
       std::swap(file.phdr(PT_LOAD, 0), file.phdr(PT_LOAD, 1));
       return "PT_LOAD p_vaddr is 0x0, out of order behind the segment that begins at " +
              Hex(file.phdr(PT_LOAD, 0).p_vaddr);
     }},
    {"loads_overlap", kFile,
     [](ElfFile& file) {
       Elf64_Phdr& load = file.phdr(PT_LOAD, 0);
       load.p_memsz = file.phdr(PT_LOAD, 1).p_vaddr + 1;
       return "PT_LOAD p_vaddr is " + Hex(load.p_memsz - 1) + ", inside the segment that ends at " +
              Hex(load.p_memsz);
     }},
    {"load_larger_than_memory", kFile,
     [](ElfFile& file) {
       file.phdr(PT_LOAD, 3).p_memsz = kAddressLimit - 0x10000;
       return std::string("failed to map segment from shared object: Cannot allocate memory");
     }},
    {"no_dynamic", kLibrary,
     [](ElfFile& file) {
       file.phdr(PT_DYNAMIC).p_type = PT_NULL;
       return std::string("object file has no dynamic section");
     },
     true},
    {"dynamic_outside", kAll,
     [](ElfFile& file) {
       Elf64_Phdr& dynamic = file.phdr(PT_DYNAMIC);
       dynamic.p_vaddr = kOutside;
       return "PT_DYNAMIC p_vaddr is " + Hex(kOutside) +
              ", outside every readable segment; p_memsz is " + Hex(dynamic.p_memsz);
     }},
    {"dynamic_reaches_outside", kAll,
     [](ElfFile& file) {
       Elf64_Phdr& dynamic = file.phdr(PT_DYNAMIC);
       dynamic.p_memsz = 0x100000;
       return "PT_DYNAMIC p_vaddr is " + Hex(dynamic.p_vaddr) +
              ", outside every readable segment; p_memsz is 0x100000";
     }},
    {"dynamic_size_overflows", kAll,
     [](ElfFile& file) {
       Elf64_Phdr& dynamic = file.phdr(PT_DYNAMIC);
       dynamic.p_memsz = UINT64_MAX;
       return "PT_DYNAMIC p_vaddr is " + Hex(dynamic.p_vaddr) +
              ", outside every readable segment; p_memsz is 0xffffffffffffffff";
     }},
    {"dynamic_misaligned", kAll,
     [](ElfFile& file) {
       Elf64_Phdr& dynamic = file.phdr(PT_DYNAMIC);
       dynamic.p_vaddr += 1;
       return "PT_DYNAMIC p_vaddr is " + Hex(dynamic.p_vaddr) + ", expected a multiple of 0x8";
     }},
    {"tls_filesz_above_memsz", kAll,
     [](ElfFile& file) {
       Elf64_Phdr& tls = file.phdr(PT_TLS);
       tls.p_filesz = tls.p_memsz + 1;
       return "PT_TLS p_filesz is " + Hex(tls.p_filesz) + ", larger than p_memsz, which is " +
              Hex(tls.p_memsz);
     }},
    {"tls_align_no_power_of_two", kAll,
     [](ElfFile& file) {
       file.phdr(PT_TLS).p_align = 24;
       return std::string("PT_TLS p_align is 0x18, expected a power of two of at most 0x200000");
     }},
    {"tls_align_huge", kAll,
     [](ElfFile& file) {
       file.phdr(PT_TLS).p_align = uint64_t{1} << 63;
       return std::string(
           "PT_TLS p_align is 0x8000000000000000, expected a power of two of at most 0x200000");
     }},
    {"tls_huge", kAll,
     [](ElfFile& file) {
       file.phdr(PT_TLS).p_memsz = UINT64_MAX;
       return std::string("PT_TLS p_memsz is 0xffffffffffffffff, expected at most 0x40000000");
     }},
    {"tls_outside", kAll,
     [](ElfFile& file) {
       Elf64_Phdr& tls = file.phdr(PT_TLS);
       tls.p_vaddr = kOutside;
       return "PT_TLS p_vaddr is " + Hex(kOutside) +
              ", outside every readable segment; p_filesz is " + Hex(tls.p_filesz);
     }},
    {"relro_outside", kAll,
     [](ElfFile& file) {
       Elf64_Phdr& relro = file.phdr(PT_GNU_RELRO);
       relro.p_vaddr = kOutside;
       return "PT_GNU_RELRO p_vaddr is " + Hex(kOutside) +
              ", outside every writable segment; p_memsz is " + Hex(relro.p_memsz);
     }},
    {"relro_over_text", kAll,
     [](ElfFile& file) {
       Elf64_Phdr& relro = file.phdr(PT_GNU_RELRO);
       relro.p_vaddr = file.phdr(PT_LOAD, 1).p_vaddr;
       return "PT_GNU_RELRO p_vaddr is " + Hex(relro.p_vaddr) +
              ", outside every writable segment; p_memsz is " + Hex(relro.p_memsz);
     }},
    {"relro_reaches_outside", kAll,
     [](ElfFile& file) {
       Elf64_Phdr& relro = file.phdr(PT_GNU_RELRO);
       const Elf64_Phdr& load = file.LoadOf(relro.p_vaddr);
       relro.p_memsz = UINT64_MAX;
       return "PT_GNU_RELRO p_memsz is 0xffffffffffffffff, expected at most " +
              Hex(((load.p_vaddr + load.p_memsz + 0xfff) & ~uint64_t{0xfff}) - relro.p_vaddr);
     }},
    {"interp_outside", kCommand,
     [](ElfFile& file) {
       Elf64_Phdr& interp = file.phdr(PT_INTERP);
       interp.p_vaddr = kOutside;
       return "PT_INTERP p_vaddr is " + Hex(kOutside) +
              ", outside every readable segment; p_memsz is " + Hex(interp.p_memsz);
     }},
};

constexpr Case kTableCases[] = {
    {"symtab", kAll, [](ElfFile& file) { return MoveOpen(file, "DT_SYMTAB", DT_SYMTAB, 8); }},
    {"strtab", kAll,
     [](ElfFile& file) { return Move(file, "DT_STRTAB", DT_STRTAB, file.tag(DT_STRSZ)); }},
    {"hash", kAll,
     [](ElfFile& file) {
       OnlySysvHash(file);
       return Move(file, "DT_HASH", DT_HASH, 8);
     }},
    {"gnu_hash", kAll, [](ElfFile& file) { return Move(file, "DT_GNU_HASH", DT_GNU_HASH, 16); }},
    {"versym", kAll, [](ElfFile& file) { return MoveOpen(file, "DT_VERSYM", DT_VERSYM, 2); }},
    {"verdef", kAll,
     [](ElfFile& file) {
       file.tag(DT_VERDEF) = kOutside;
       return "DT_VERDEF entry is at " + Hex(kOutside) + kNoSegment + Hex(sizeof(Elf64_Verdef));
     }},
    {"verneed", kAll,
     [](ElfFile& file) {
       file.tag(DT_VERNEED) = kOutside;
       return "DT_VERNEED entry is at " + Hex(kOutside) + kNoSegment + Hex(sizeof(Elf64_Verneed));
     }},
    {"rela", kAll,
     [](ElfFile& file) { return Move(file, "DT_RELA", DT_RELA, file.tag(DT_RELASZ)); }},
    {"jmprel", kAll,
     [](ElfFile& file) { return Move(file, "DT_JMPREL", DT_JMPREL, file.tag(DT_PLTRELSZ)); }},
    {"relr", kAll,
     [](ElfFile& file) { return Move(file, "DT_RELR", DT_RELR, file.tag(DT_RELRSZ)); }},
    {"preinit_array", kCommand | kInterp,
     [](ElfFile& file) { return Move(file, "DT_PREINIT_ARRAY", DT_PREINIT_ARRAY, 8); }},
    {"init_array", kAll,
     [](ElfFile& file) { return Move(file, "DT_INIT_ARRAY", DT_INIT_ARRAY, 8); }},
    {"fini_array", kAll,
     [](ElfFile& file) { return Move(file, "DT_FINI_ARRAY", DT_FINI_ARRAY, 8); }},
    {"init", kAll,
     [](ElfFile& file) {
       file.tag(DT_INIT) = kOutside;
       return "DT_INIT is " + Hex(kOutside) + ", outside every executable segment";
     }},
    {"fini", kAll,
     [](ElfFile& file) {
       file.tag(DT_FINI) = file.phdr(PT_DYNAMIC).p_vaddr;
       return "DT_FINI is " + Hex(file.tag(DT_FINI)) + ", outside every executable segment";
     }},

    {"rela_reaches_outside", kAll,
     [](ElfFile& file) { return Enlarge(file, "DT_RELASZ", DT_RELA, DT_RELASZ); }},
    {"jmprel_reaches_outside", kAll,
     [](ElfFile& file) { return Enlarge(file, "DT_PLTRELSZ", DT_JMPREL, DT_PLTRELSZ); }},
    {"relr_reaches_outside", kAll,
     [](ElfFile& file) { return Enlarge(file, "DT_RELRSZ", DT_RELR, DT_RELRSZ); }},
    {"strtab_reaches_outside", kAll,
     [](ElfFile& file) { return Enlarge(file, "DT_STRSZ", DT_STRTAB, DT_STRSZ); }},
    {"init_array_reaches_outside", kAll,
     [](ElfFile& file) {
       return Enlarge(file, "DT_INIT_ARRAYSZ", DT_INIT_ARRAY, DT_INIT_ARRAYSZ);
     }},
    {"fini_array_reaches_outside", kAll,
     [](ElfFile& file) {
       return Enlarge(file, "DT_FINI_ARRAYSZ", DT_FINI_ARRAY, DT_FINI_ARRAYSZ);
     }},
    {"rela_odd", kAll, [](ElfFile& file) { return MakeOdd(file, "DT_RELASZ", DT_RELASZ, 24); }},
    {"jmprel_odd", kAll,
     [](ElfFile& file) { return MakeOdd(file, "DT_PLTRELSZ", DT_PLTRELSZ, 24); }},
    {"relr_odd", kAll, [](ElfFile& file) { return MakeOdd(file, "DT_RELRSZ", DT_RELRSZ, 8); }},
    {"init_array_odd", kAll,
     [](ElfFile& file) { return MakeOdd(file, "DT_INIT_ARRAYSZ", DT_INIT_ARRAYSZ, 8); }},
    {"fini_array_odd", kAll,
     [](ElfFile& file) { return MakeOdd(file, "DT_FINI_ARRAYSZ", DT_FINI_ARRAYSZ, 8); }},

    {"syment", kAll, [](ElfFile& file) { return SetEntrySize(file, "DT_SYMENT", DT_SYMENT, 24); }},
    {"relaent", kAll,
     [](ElfFile& file) { return SetEntrySize(file, "DT_RELAENT", DT_RELAENT, 24); }},
    {"relrent", kAll,
     [](ElfFile& file) { return SetEntrySize(file, "DT_RELRENT", DT_RELRENT, 8); }},
    {"pltrel", kAll,
     [](ElfFile& file) {
       file.tag(DT_PLTREL) = DT_REL;
       return std::string("DT_PLTREL is 17, expected 7");
     }},
    {"rel", kAll,
     [](ElfFile& file) {
       file.entry(DT_RELA).d_tag = DT_REL;
       return "DT_REL is " + Hex(file.tag(DT_REL)) + ", but x86-64 has only DT_RELA";
     }},
};

constexpr Case kContentCases[] = {
    {"strsz_0", kAll,
     [](ElfFile& file) {
       file.tag(DT_STRSZ) = 0;
       return std::string("DT_STRSZ is 0, expected at least 1");
     }},
    {"strtab_unterminated", kAll,
     [](ElfFile& file) {
       file.tag(DT_STRSZ) -= 1;
       const auto last = file.At<unsigned char>(file.tag(DT_STRTAB), file.tag(DT_STRSZ) - 1);
       return "DT_STRTAB does not end in NUL: its last byte is " + Hex(last) + ", DT_STRSZ is " +
              Hex(file.tag(DT_STRSZ));
     }},
    {"needed_outside_strtab", kAll,
     [](ElfFile& file) { return MoveString(file, "DT_NEEDED", file.tag(DT_NEEDED)); }},
    {"soname_outside_strtab", kLibrary,
     [](ElfFile& file) { return MoveString(file, "DT_SONAME", file.tag(DT_SONAME)); }},
    {"runpath_outside_strtab", kAll,
     [](ElfFile& file) { return MoveString(file, "DT_RUNPATH", file.tag(DT_RUNPATH)); }},
    {"rpath_outside_strtab", kAll,
     [](ElfFile& file) {
       file.entry(DT_RUNPATH).d_tag = DT_RPATH;
       return MoveString(file, "DT_RPATH", file.tag(DT_RPATH));
     }},
    {"hash_nbucket_0", kAll,
     [](ElfFile& file) {
       OnlySysvHash(file)[0] = 0;
       return std::string("DT_HASH nbucket is 0, expected at least 1");
     }},
    {"hash_nbucket_huge", kAll,
     [](ElfFile& file) {
       uint32_t* hash = OnlySysvHash(file);
       hash[0] = UINT32_MAX;
       return "DT_HASH nbucket is 4294967295, more than its segment holds; nchain is " +
              Decimal(hash[1]);
     }},
    {"hash_nchain_huge", kAll,
     [](ElfFile& file) {
       uint32_t* hash = OnlySysvHash(file);
       hash[1] = UINT32_MAX;
       return "DT_HASH nchain is 4294967295, more than its segment holds; nbucket is " +
              Decimal(hash[0]);
     }},
    {"hash_chain_endless", kAll,
     [](ElfFile& file) {
       uint32_t* hash = OnlySysvHash(file);
       uint32_t* chain = hash + 2 + hash[0];
       std::fill_n(hash + 2, hash[0], 1);
       chain[1] = 1;
       return "DT_HASH chain does not end: it begins in bucket 0, nchain is " + Decimal(hash[1]);
     }},
    {"hash_symbol_outside", kAll,
     [](ElfFile& file) {
       uint32_t* hash = OnlySysvHash(file);
       hash[2] = UINT32_MAX;
       return "DT_HASH holds symbol 4294967295, expected less than nchain, which is " +
              Decimal(hash[1]);
     }},
    {"gnu_hash_nbuckets_0", kAll,
     [](ElfFile& file) {
       GnuHashHeader(file)[0] = 0;
       return std::string("DT_GNU_HASH nbuckets is 0, expected at least 1");
     }},
    {"gnu_hash_nbuckets_huge", kAll,
     [](ElfFile& file) {
       GnuHashHeader(file)[0] = UINT32_MAX;
       return std::string("DT_GNU_HASH nbuckets is 4294967295, more than its segment holds");
     }},
    {"gnu_hash_bloom_size_0", kAll,
     [](ElfFile& file) {
       GnuHashHeader(file)[2] = 0;
       return std::string("DT_GNU_HASH bloom size is 0, expected a power of two of at least 1");
     }},
    {"gnu_hash_bloom_size_no_power_of_two", kAll,
     [](ElfFile& file) {
       GnuHashHeader(file)[2] = 3;
       return std::string("DT_GNU_HASH bloom size is 3, expected a power of two of at least 1");
     }},
    {"gnu_hash_bloom_size_huge", kAll,
     [](ElfFile& file) {
       GnuHashHeader(file)[2] = 1u << 31;
       return std::string("DT_GNU_HASH bloom size is 2147483648, more than its segment holds");
     }},
    {"gnu_hash_chain_endless", kAll,
     [](ElfFile& file) {
       // Behind the last word of the segment, as far as this table can see.
       uint32_t* header = GnuHashHeader(file);
       uint32_t* buckets = GnuHashBuckets(file);
       const Elf64_Phdr& segment = file.LoadOf(file.tag(DT_GNU_HASH));
       const uint64_t chains = file.tag(DT_GNU_HASH) + 16 + 8 * header[2] + 4 * header[0];
       const uint64_t room = (segment.p_vaddr + segment.p_memsz - chains) / 4 + header[1];
       std::fill_n(buckets, header[0], 0x1000000);
       return "DT_GNU_HASH chain does not end: it begins at symbol 16777216, the table has room "
              "for " +
              Decimal(room);
     }},
    {"gnu_hash_bucket_below_symoffset", kAll,
     [](ElfFile& file) {
       uint32_t* header = GnuHashHeader(file);
       header[1] = 1000;
       const uint32_t* buckets = GnuHashBuckets(file);
       const uint32_t* last = buckets + header[0] - 1;
       while (*last == 0) --last;
       return "DT_GNU_HASH bucket holds symbol " + Decimal(*last) + ", expected at least 1000";
     }},
    {"verdef_version", kAll,
     [](ElfFile& file) {
       file.At<Elf64_Verdef>(file.tag(DT_VERDEF)).vd_version = 7;
       return std::string("vd_version is 7, expected 1");
     }},
    {"verdef_aux_outside", kAll,
     [](ElfFile& file) {
       file.At<Elf64_Verdef>(file.tag(DT_VERDEF)).vd_aux = kOutside;
       return "vd_aux is " + Hex(kOutside) + ", outside the segment of the entry at " +
              Hex(file.tag(DT_VERDEF));
     }},
    {"verdef_next_outside", kAll,
     [](ElfFile& file) {
       file.At<Elf64_Verdef>(file.tag(DT_VERDEF)).vd_next = kOutside;
       return "DT_VERDEF entry is at " + Hex(file.tag(DT_VERDEF) + kOutside) + kNoSegment +
              Hex(sizeof(Elf64_Verdef));
     }},
    {"verdef_name_outside_strtab", kAll,
     [](ElfFile& file) {
       const uint64_t verdef = file.tag(DT_VERDEF);
       const uint64_t aux = verdef + file.At<Elf64_Verdef>(verdef).vd_aux;
       return MoveString(file, "vda_name", file.At<Elf64_Verdaux>(aux).vda_name);
     }},
    {"verneed_version", kAll,
     [](ElfFile& file) {
       file.At<Elf64_Verneed>(file.tag(DT_VERNEED)).vn_version = 7;
       return std::string("vn_version is 7, expected 1");
     }},
    {"verneed_file_outside_strtab", kAll,
     [](ElfFile& file) {
       return MoveString(file, "vn_file", file.At<Elf64_Verneed>(file.tag(DT_VERNEED)).vn_file);
     }},
    {"verneed_aux_outside", kAll,
     [](ElfFile& file) {
       file.At<Elf64_Verneed>(file.tag(DT_VERNEED)).vn_aux = kOutside;
       return "DT_VERNEED auxiliary entry is at " + Hex(file.tag(DT_VERNEED) + kOutside) +
              kNoSegment + Hex(sizeof(Elf64_Vernaux));
     }},
    {"verneed_name_outside_strtab", kAll,
     [](ElfFile& file) {
       const uint64_t verneed = file.tag(DT_VERNEED);
       const uint64_t aux = verneed + file.At<Elf64_Verneed>(verneed).vn_aux;
       return MoveString(file, "vna_name", file.At<Elf64_Vernaux>(aux).vna_name);
     }},
    {"verneed_next_outside", kAll,
     [](ElfFile& file) {
       file.At<Elf64_Verneed>(file.tag(DT_VERNEED)).vn_next = kOutside;
       return "DT_VERNEED entry is at " + Hex(file.tag(DT_VERNEED) + kOutside) + kNoSegment +
              Hex(sizeof(Elf64_Verneed));
     }},
    {"verneed_chain_overlaps", kAll,
     [](ElfFile& file) {
       // The next entry would begin inside this one: a chain as long as its segment.
       const uint64_t verneed = file.tag(DT_VERNEED);
       file.At<Elf64_Verneed>(verneed).vn_next = 4;
       return "vn_version is " + Decimal(file.At<uint16_t>(verneed + 4)) + ", expected 1";
     }},
};

Elf64_Rela& FirstRela(ElfFile& file) { return file.At<Elf64_Rela>(file.tag(DT_RELA)); }

std::string OutsideWritable(ElfFile& file, uint64_t vaddr, const std::string& what = "r_offset") {
  return what + " is " + Hex(vaddr) + ", outside every writable segment; the module ends at " +
         Hex(ModuleEnd(file));
}

std::string MoveRela(ElfFile& file, uint64_t vaddr) {
  FirstRela(file).r_offset = vaddr;
  return OutsideWritable(file, vaddr);
}

constexpr Case kReferenceCases[] = {
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
       // DT_HASH tells how many there are.
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
       // An address, and bitmaps over 63 words each: the last one is made full.
       const uint64_t last = file.tag(DT_RELRSZ) / 8 - 1;
       file.At<uint64_t>(file.tag(DT_RELR), last) = UINT64_MAX;
       const Elf64_Phdr& segment = file.LoadOf(file.phdr(PT_DYNAMIC).p_vaddr);
       uint64_t word = file.At<uint64_t>(file.tag(DT_RELR)) + 8 + (last - 1) * 63 * 8;
       while (word + 8 <= segment.p_vaddr + segment.p_memsz) word += 8;
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
       Elf64_Sym* symbol = &file.At<Elf64_Sym>(file.tag(DT_SYMTAB));
       do {
         ++symbol;
       } while (&file.At<char>(file.tag(DT_STRTAB), symbol->st_name) !=
                std::string_view("VictimFunction"));
       symbol->st_info = ELF64_ST_INFO(STB_GLOBAL, STT_GNU_IFUNC);
       symbol->st_value = kOutside;
       return "st_value of an STT_GNU_IFUNC symbol is " + Hex(kOutside) +
              ", outside every executable segment; the module ends at " + Hex(ModuleEnd(file));
     }},
};

class Spoiled : public testing::TestWithParam<Case> {
 protected:
  // What the loader says of the spoiled module, in every role; the exit status is `status` where
  // the module is the program.
  void ExpectRefusal(int status);

 private:
  void Expect(Role role, Way way, int status);

  TemporaryDirectory directory_;
};

void Spoiled::Expect(Role role, Way way, int status) {
  SCOPED_TRACE(std::string(role == kLibrary ? "a library, " : "the program, ") +
               std::string(ToString(way)));
  const char* const name = role == kLibrary ? "libvictim.so" : "victim";
  const fs::path program = directory_ / (role == kLibrary ? "user" : "victim");
  std::optional<InterpCopy> copy;
  if (way == Way::kInterp) copy.emplace(Module("fail") / program.filename(), Loader());
  fs::copy_file(Module("fail/libbase.so"), directory_ / "libbase.so",
                fs::copy_options::overwrite_existing);
  fs::copy_file(copy ? copy->path() : Module("fail") / program.filename(), program,
                fs::copy_options::overwrite_existing);

  ElfFile file(role == kLibrary ? Module("fail/libvictim.so") : program);
  const std::string message = GetParam().spoil(file);
  file.Write(directory_ / name);
  StartOptions options;
  if (!IsSignet(way)) options.environment = {"LD_BIND_NOW=1"};

  const RunResult result =
      way == Way::kInterp ? RunProgram({program}) : Start(way, program, {}, options);
  const std::string start = program.string() + ": error while loading shared libraries: ";
  EXPECT_EQ(result.out, "");
  if (IsSignet(way)) {
    EXPECT_EQ(result.err, start + (directory_ / name).string() + ": " + message + "\n");
    EXPECT_EQ(result.exit_status, role == kLibrary ? 127 : status);
  } else {
    // Not everywhere does ld.so give the file's path, as we do.
    EXPECT_TRUE(result.err.starts_with(start) && result.err.ends_with(": " + message + "\n"))
        << result;
  }
}

void Spoiled::ExpectRefusal(int status) {
  const unsigned roles = GetParam().roles;
  if (GetParam().as_ld_so) {
    if ((roles & kCommand) != 0) Expect(kCommand, Way::kSystemCommand, 127);
    if ((roles & kLibrary) != 0) Expect(kLibrary, Way::kSystemCommand, 127);
  }
  if ((roles & kCommand) != 0) Expect(kCommand, Way::kCommand, status);
  if ((roles & kInterp) != 0) Expect(kInterp, Way::kInterp, status);
  if ((roles & kLibrary) != 0) {
    Expect(kLibrary, Way::kCommand, 127);
    Expect(kLibrary, Way::kInterp, 127);
  }
}

// The file cannot be used at all.
using SpoiledFile = Spoiled;
TEST_P(SpoiledFile, IsRefused) { ExpectRefusal(126); }

// The file looks well until it is linked.
using SpoiledReference = Spoiled;
TEST_P(SpoiledReference, IsRefused) { ExpectRefusal(127); }

std::string CaseName(const testing::TestParamInfo<Case>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Header, SpoiledFile, testing::ValuesIn(kHeaderCases), CaseName);
INSTANTIATE_TEST_SUITE_P(Segment, SpoiledFile, testing::ValuesIn(kSegmentCases), CaseName);
INSTANTIATE_TEST_SUITE_P(Table, SpoiledFile, testing::ValuesIn(kTableCases), CaseName);
INSTANTIATE_TEST_SUITE_P(Content, SpoiledFile, testing::ValuesIn(kContentCases), CaseName);
INSTANTIATE_TEST_SUITE_P(, SpoiledReference, testing::ValuesIn(kReferenceCases), CaseName);

}  // namespace
}  // namespace signet::test

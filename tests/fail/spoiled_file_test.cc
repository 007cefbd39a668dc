// SPDX-License-Identifier: MIT
//
// Modules whose ELF header or program headers are spoiled: see spoiled.h.
#include <string>
#include <utility>

#include "tests/fail/spoiled.h"

namespace signet::test {
namespace {

constexpr SpoiledCase kHeaderCases[] = {
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

constexpr SpoiledCase kSegmentCases[] = {
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
    {"load_vaddr_misaligned", kFile,
     [](ElfFile& file) {
       Elf64_Phdr& load = file.phdr(PT_LOAD, 1);
       load.p_vaddr += 0x10;
       return "ELF load command address/offset not page-aligned: p_vaddr is " + Hex(load.p_vaddr) +
              ", p_offset is " + Hex(load.p_offset);
     }},
    {"load_last_below_the_first", kLibrary,
     [](ElfFile& file) {
       std::swap(file.phdr(PT_LOAD, 0), file.phdr(PT_LOAD, 3));
       const Elf64_Phdr& first = file.phdr(PT_LOAD, 0);
       return "p_vaddr of the last PT_LOAD is 0x0, expected to be behind the pages of the first, "
              "which end at " +
              Hex((first.p_vaddr + first.p_filesz + 0xfff) & ~uint64_t{0xfff});
     }},
    {"load_last_is_not_the_highest", kLibrary,
     [](ElfFile& file) {
       std::swap(file.phdr(PT_LOAD, 2), file.phdr(PT_LOAD, 3));
       const Elf64_Phdr& highest = file.phdr(PT_LOAD, 2);
       const Elf64_Phdr& last = file.phdr(PT_LOAD, 3);
       return "the last PT_LOAD ends at " + Hex(last.p_vaddr + last.p_memsz) +
              ", below the end of another at " + Hex(highest.p_vaddr + highest.p_memsz);
     }},
    {"load_of_zeroes_misaligned", kLibrary,
     [](ElfFile& file) {
       Elf64_Phdr& load = file.phdr(PT_LOAD, 2);
       load.p_filesz = 0;
       load.p_offset += 0x10;
       return "ELF load command address/offset not page-aligned: p_vaddr is " + Hex(load.p_vaddr) +
              ", p_offset is " + Hex(load.p_offset);
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

INSTANTIATE_TEST_SUITE_P(Header, SpoiledFile, testing::ValuesIn(kHeaderCases), Spoiled::Name);
INSTANTIATE_TEST_SUITE_P(Segment, SpoiledFile, testing::ValuesIn(kSegmentCases), Spoiled::Name);

}  // namespace
}  // namespace signet::test

// SPDX-License-Identifier: MIT
//
// Modules whose tables are spoiled, the dynamic entries that name them or what they hold: see
// spoiled.h.
#include <algorithm>
#include <string>

#include "tests/fail/spoiled.h"

namespace signet::test {
namespace {

constexpr const char* kNoSegment = ", outside every readable segment; its size is ";

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

// Makes a table larger than the rest of its segment.
std::string Enlarge(ElfFile& file, const char* name, int64_t tag, int64_t size_tag) {
  const uint64_t size = uint64_t{24} << 40;
  const Elf64_Phdr& segment = file.LoadOf(file.tag(tag));
  file.tag(size_tag) = size;
  return std::string(name) + " is " + Hex(size) + ", expected at most " +
         Hex(segment.p_vaddr + segment.p_memsz - file.tag(tag));
}

// Gives a table a size that is no multiple of the size of its entries.
std::string MakeOdd(ElfFile& file, const char* name, int64_t size_tag, uint64_t entry) {
  file.tag(size_tag) += 1;
  return std::string(name) + " is " + Decimal(file.tag(size_tag)) + ", expected a multiple of " +
         Decimal(entry);
}

// Leaves only the older hash table; returns it.
uint32_t* OnlySysvHash(ElfFile& file) {
  file.entry(DT_GNU_HASH).d_tag = DT_DEBUG;
  return &file.At<uint32_t>(file.tag(DT_HASH));
}

// The four words that begin DT_GNU_HASH: nbuckets, symoffset, bloom size, bloom shift.
uint32_t* GnuHashHeader(ElfFile& file) { return &file.At<uint32_t>(file.tag(DT_GNU_HASH)); }

uint32_t* GnuHashBuckets(ElfFile& file) {
  return GnuHashHeader(file) + 4 + 2 * GnuHashHeader(file)[2];
}

constexpr SpoiledCase kTableCases[] = {
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

constexpr SpoiledCase kContentCases[] = {
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
       // The chain would begin after the end of the segment.
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

INSTANTIATE_TEST_SUITE_P(Table, SpoiledFile, testing::ValuesIn(kTableCases), Spoiled::Name);
INSTANTIATE_TEST_SUITE_P(Content, SpoiledFile, testing::ValuesIn(kContentCases), Spoiled::Name);

}  // namespace
}  // namespace signet::test

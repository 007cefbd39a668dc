// SPDX-License-Identifier: MIT
//
// PT_DYNAMIC: every table that it names, as a span that has been checked to lie inside the module.
//
// Input: the dynamic entries and the module's image. Output: `Dynamic`, or the first problem. It
// does not follow names to other files, and does not look into relocations.
#pragma once

#include <span>

#include "elf/diagnostics.h"
#include "elf/image.h"
#include "elf/symbol.h"
#include "elf/version.h"

namespace elf {

struct Dynamic {
  std::span<const Dyn> entries;  // up to DT_NULL

  StringTable strings;
  std::span<const Sym>
      symbols;  // as many as a hash table or the layout proves, at most to the end of the segment
  GnuHashTable gnu_hash;
  SysvHashTable sysv_hash;
  std::span<const uint16_t> versym;  // for as many symbols as its segment has room
  uint64_t verdef = 0;               // p_vaddr-like, 0 if absent
  uint64_t verneed = 0;

  std::span<const Rela> rela;
  std::span<const Rela> jmprel;
  std::span<const Relr> relr;

  uint64_t init = 0;  // p_vaddr-like, 0 if absent
  uint64_t fini = 0;
  std::span<const uint64_t> preinit_array;  // addresses, once relocated
  std::span<const uint64_t> init_array;
  std::span<const uint64_t> fini_array;

  const char* soname = nullptr;   // null if absent
  const char* rpath = nullptr;    // null if absent, or if there is a DT_RUNPATH
  const char* runpath = nullptr;  // null if absent
  uint64_t flags = 0;             // DF_*, DT_SYMBOLIC, DT_TEXTREL and DT_BIND_NOW folded in
  uint64_t flags_1 = 0;           // DF_1_*
  uint64_t needed_count = 0;
  uint64_t filtee_count = 0;    // of DT_FILTER and DT_AUXILIARY
  uint64_t relative_count = 0;  // DT_RELACOUNT: as it says, rela begins with so many RELATIVE ones

  // Calls visit(bytes) for each table that is checked here once, and is read again while
  // relocations are applied, and later.
  template <typename Visit>
  void ForEachTable(Visit&& visit) const {
    visit(std::as_bytes(strings.bytes()));
    visit(std::as_bytes(symbols));
    visit(std::as_bytes(versym));
    visit(std::as_bytes(rela));
    visit(std::as_bytes(jmprel));
    visit(std::as_bytes(relr));
    gnu_hash.ForEachPart(visit);
    sysv_hash.ForEachPart(visit);
  }
};

namespace internal {

// The tags' raw values, before anything is checked.
struct RawDynamic {
  uint64_t strtab = 0, strsz = 0, symtab = 0, gnu_hash = 0, hash = 0, versym = 0;
  uint64_t rela = 0, relasz = 0, jmprel = 0, pltrelsz = 0, relr = 0, relrsz = 0;
  uint64_t preinit_array = 0, preinit_arraysz = 0, init_array = 0, init_arraysz = 0, fini_array = 0,
           fini_arraysz = 0;
  uint64_t soname = 0, rpath = 0, runpath = 0;
  bool has_soname = false, has_rpath = false, has_runpath = false;
};

[[nodiscard]] inline Check CheckEntrySize(std::string_view what, uint64_t value,
                                          uint64_t expected) {
  return value == expected ? Check{} : Count(what, value, ", expected ", expected);
}

// One pass over the tags. Tags that Signet does not need are ignored, as the gABI demands.
[[nodiscard]] inline Check ReadTag(const Dyn& dyn, RawDynamic& raw, Dynamic& out) {
  const uint64_t value = dyn.d_un.d_val;
  switch (dyn.d_tag) {
    case DT_NEEDED:
      ++out.needed_count;
      break;
    case DT_FILTER:
    case DT_AUXILIARY:
      ++out.filtee_count;
      break;
    case DT_STRTAB:
      raw.strtab = value;
      break;
    case DT_STRSZ:
      raw.strsz = value;
      break;
    case DT_SYMTAB:
      raw.symtab = value;
      break;
    case DT_SYMENT:
      return CheckEntrySize("DT_SYMENT is ", value, sizeof(Sym));
    case DT_GNU_HASH:
      raw.gnu_hash = value;
      break;
    case DT_HASH:
      raw.hash = value;
      break;
    case DT_VERSYM:
      raw.versym = value;
      break;
    case DT_VERDEF:
      out.verdef = value;
      break;
    case DT_VERNEED:
      out.verneed = value;
      break;
    case DT_RELA:
      raw.rela = value;
      break;
    case DT_RELASZ:
      raw.relasz = value;
      break;
    case DT_RELACOUNT:
      out.relative_count = value;
      break;
    case DT_RELAENT:
      return CheckEntrySize("DT_RELAENT is ", value, sizeof(Rela));
    case DT_JMPREL:
      raw.jmprel = value;
      break;
    case DT_PLTRELSZ:
      raw.pltrelsz = value;
      break;
    case DT_PLTREL:
      return CheckEntrySize("DT_PLTREL is ", value, DT_RELA);
    case DT_REL:
      return Address("DT_REL is ", value, ", but x86-64 has only DT_RELA");
    case DT_RELR:
      raw.relr = value;
      break;
    case DT_RELRSZ:
      raw.relrsz = value;
      break;
    case DT_RELRENT:
      return CheckEntrySize("DT_RELRENT is ", value, sizeof(Relr));
    case DT_INIT:
      out.init = value;
      break;
    case DT_FINI:
      out.fini = value;
      break;
    case DT_PREINIT_ARRAY:
      raw.preinit_array = value;
      break;
    case DT_PREINIT_ARRAYSZ:
      raw.preinit_arraysz = value;
      break;
    case DT_INIT_ARRAY:
      raw.init_array = value;
      break;
    case DT_INIT_ARRAYSZ:
      raw.init_arraysz = value;
      break;
    case DT_FINI_ARRAY:
      raw.fini_array = value;
      break;
    case DT_FINI_ARRAYSZ:
      raw.fini_arraysz = value;
      break;
    case DT_SONAME:
      raw.soname = value, raw.has_soname = true;
      break;
    case DT_RPATH:
      raw.rpath = value, raw.has_rpath = true;
      break;
    case DT_RUNPATH:
      raw.runpath = value, raw.has_runpath = true;
      break;
    case DT_SYMBOLIC:
      out.flags |= DF_SYMBOLIC;
      break;
    case DT_TEXTREL:
      out.flags |= DF_TEXTREL;
      break;
    case DT_BIND_NOW:
      out.flags |= DF_BIND_NOW;
      break;
    case DT_FLAGS:
      out.flags |= value;
      break;
    case DT_FLAGS_1:
      out.flags_1 |= value;
      break;
    default:
      break;
  }
  return {};
}

// A table of `bytes` bytes at vaddr: both tags present, a whole number of entries, all in one
// readable segment.
template <typename T>
[[nodiscard]] Check ReadTable(const Image& image, std::string_view address_tag, uint64_t vaddr,
                              std::string_view size_tag, uint64_t bytes, std::span<const T>& out) {
  if (bytes == 0) return {};
  if (bytes % sizeof(T) != 0) return Count(size_tag, bytes, ", expected a multiple of ", sizeof(T));
  if (image.Segment(vaddr, 0) == nullptr)
    return Address(address_tag, vaddr, ", outside every readable segment; its size is ", bytes);
  const uint64_t room = image.Room(vaddr);
  if (bytes > room) return Address(size_tag, bytes, ", expected at most ", room);
  out = image.Array<T>(vaddr, bytes / sizeof(T));
  if (out.empty()) return Address(address_tag, vaddr, ", expected a multiple of ", alignof(T));
  return {};
}

template <typename T>
[[nodiscard]] Check ReadOpenTable(const Image& image, std::string_view tag, uint64_t vaddr,
                                  std::span<const T>& out) {
  if (vaddr == 0) return {};
  out = image.ArrayToEnd<T>(vaddr);
  if (out.empty())
    return Address(tag, vaddr, ", outside every readable segment, or not a multiple of ",
                   alignof(T));
  return {};
}

[[nodiscard]] inline Check ReadStrings(const Image& image, const RawDynamic& raw,
                                       StringTable& out) {
  if (raw.strtab == 0) return {};
  std::span<const char> bytes;
  if (Check bad = ReadTable(image, "DT_STRTAB is ", raw.strtab, "DT_STRSZ is ", raw.strsz, bytes))
    return bad;
  if (bytes.empty()) return Count("DT_STRSZ is ", raw.strsz, ", expected at least ", 1);
  if (bytes.back() != '\0')
    return Address("DT_STRTAB does not end in NUL: its last byte is ",
                   static_cast<unsigned char>(bytes.back()), ", DT_STRSZ is ", raw.strsz);
  out = StringTable(bytes);
  return {};
}

[[nodiscard]] inline Check ReadString(const StringTable& strings, std::string_view tag,
                                      uint64_t offset, const char*& out) {
  if (!strings.Has(offset))
    return Address(tag, offset, ", expected less than DT_STRSZ, which is ", strings.size());
  out = strings.At(offset);
  return {};
}

[[nodiscard]] inline Check ReadNames(const Dynamic& dynamic, const RawDynamic& raw, Dynamic& out) {
  if (raw.has_soname) {
    if (Check bad = ReadString(dynamic.strings, "DT_SONAME is ", raw.soname, out.soname))
      return bad;
  }
  if (raw.has_runpath) {
    if (Check bad = ReadString(dynamic.strings, "DT_RUNPATH is ", raw.runpath, out.runpath))
      return bad;
  } else if (raw.has_rpath) {
    if (Check bad = ReadString(dynamic.strings, "DT_RPATH is ", raw.rpath, out.rpath)) return bad;
  }
  for (const Dyn& dyn : dynamic.entries) {
    const char* unused;
    const std::string_view tag = dyn.d_tag == DT_NEEDED      ? "DT_NEEDED is "
                                 : dyn.d_tag == DT_FILTER    ? "DT_FILTER is "
                                 : dyn.d_tag == DT_AUXILIARY ? "DT_AUXILIARY is "
                                                             : std::string_view();
    if (tag.empty()) continue;
    if (Check bad = ReadString(dynamic.strings, tag, dyn.d_un.d_val, unused)) return bad;
  }
  return {};
}

// DT_INIT and DT_FINI are addresses of code.
[[nodiscard]] inline Check CheckFunction(const Image& image, std::string_view tag, uint64_t vaddr) {
  if (vaddr == 0 || image.Segment(vaddr, 1, PF_X) != nullptr) return {};
  return Address(tag, vaddr, ", outside every executable segment");
}

// No tag states the number of symbols. DT_HASH has it. DT_GNU_HASH has the exported symbols, which
// are the last ones. If a module has neither, the symbols end where the strings begin, because
// linkers put the strings behind the symbols.
inline size_t CountSymbols(const Image& image, const RawDynamic& raw, const Dynamic& dynamic) {
  const size_t room = dynamic.symbols.size();
  uint64_t count = room;
  if (const std::span<const uint32_t> header = image.Array<uint32_t>(raw.hash, 2);
      raw.hash != 0 && !header.empty()) {
    count = header[1];
  } else if (!dynamic.gnu_hash.chain().empty()) {
    count = dynamic.gnu_hash.symbol_offset() + dynamic.gnu_hash.chain().size();
  } else if (raw.strtab > raw.symtab) {
    count = (raw.strtab - raw.symtab) / sizeof(Sym);
  }
  return count < room ? static_cast<size_t>(count) : room;
}

}  // namespace internal

// The entries of PT_DYNAMIC up to DT_NULL. The caller has checked that the segment lies in the
// module.
inline std::span<const Dyn> DynamicEntries(const Image& image, const Phdr& dynamic) {
  const std::span<const Dyn> all = image.Array<Dyn>(dynamic.p_vaddr, dynamic.p_memsz / sizeof(Dyn));
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].d_tag == DT_NULL) return all.first(i);
  }
  return all;
}

// `entries` hold the values of the file. (An interpreter may have relocated those in memory.)
[[nodiscard]] inline Check ReadDynamic(const Image& image, std::span<const Dyn> entries,
                                       Dynamic& out) {
  out = {};
  out.entries = entries;
  internal::RawDynamic raw;
  for (const Dyn& dyn : entries) {
    if (Check bad = internal::ReadTag(dyn, raw, out)) return bad;
  }
  if (Check bad = internal::ReadStrings(image, raw, out.strings)) return bad;
  if (Check bad = internal::ReadNames(out, raw, out)) return bad;
  if (Check bad = internal::ReadOpenTable(image, "DT_SYMTAB is ", raw.symtab, out.symbols))
    return bad;
  if (Check bad = internal::ReadOpenTable(image, "DT_VERSYM is ", raw.versym, out.versym))
    return bad;
  if (raw.gnu_hash != 0) {
    if (Check bad = out.gnu_hash.Init(image, raw.gnu_hash)) return bad;
  } else if (raw.hash != 0) {
    if (Check bad = out.sysv_hash.Init(image, raw.hash)) return bad;
  }
  out.symbols = out.symbols.first(internal::CountSymbols(image, raw, out));
  if (out.versym.size() > out.symbols.size()) out.versym = out.versym.first(out.symbols.size());
  if (Check bad = internal::ReadTable(image, "DT_RELA is ", raw.rela, "DT_RELASZ is ", raw.relasz,
                                      out.rela))
    return bad;
  if (Check bad = internal::ReadTable(image, "DT_JMPREL is ", raw.jmprel, "DT_PLTRELSZ is ",
                                      raw.pltrelsz, out.jmprel))
    return bad;
  if (Check bad = internal::ReadTable(image, "DT_RELR is ", raw.relr, "DT_RELRSZ is ", raw.relrsz,
                                      out.relr))
    return bad;
  if (Check bad =
          internal::ReadTable(image, "DT_PREINIT_ARRAY is ", raw.preinit_array,
                              "DT_PREINIT_ARRAYSZ is ", raw.preinit_arraysz, out.preinit_array))
    return bad;
  if (Check bad = internal::ReadTable(image, "DT_INIT_ARRAY is ", raw.init_array,
                                      "DT_INIT_ARRAYSZ is ", raw.init_arraysz, out.init_array))
    return bad;
  if (Check bad = internal::ReadTable(image, "DT_FINI_ARRAY is ", raw.fini_array,
                                      "DT_FINI_ARRAYSZ is ", raw.fini_arraysz, out.fini_array))
    return bad;
  if (Check bad = internal::CheckFunction(image, "DT_INIT is ", out.init)) return bad;
  if (Check bad = internal::CheckFunction(image, "DT_FINI is ", out.fini)) return bad;
  if (out.relative_count > out.rela.size()) {
    return Count("DT_RELACOUNT is ", out.relative_count, ", expected at most ", out.rela.size());
  }
  return {};
}

}  // namespace elf

// SPDX-License-Identifier: MIT
//
// Relocations as data: the fields of a Rela, the names of the types, and the packed DT_RELR form.
// It applies nothing: that is loader/link/relocate.h. CONTRIBUTING.md says what a new type takes.
//
// Input: entries of a relocation table. Output: facts about them. Safe in any context.
#pragma once

#include <span>
#include <string_view>

#include "elf/types.h"

namespace elf {

constexpr uint32_t RelocType(const Rela& rela) { return static_cast<uint32_t>(rela.r_info); }
constexpr uint32_t RelocSymbol(const Rela& rela) {
  return static_cast<uint32_t>(rela.r_info >> 32);
}

// One more than the largest type that an executable or shared object can have.
inline constexpr uint32_t kRelocTypeCount = R_X86_64_RELATIVE64 + 1;

// "R_X86_64_64", or "" for a type that an executable or shared object cannot have. A switch,
// because a table of string_views would itself need relocations.
constexpr std::string_view RelocName(uint32_t type) {
  switch (type) {
    case R_X86_64_NONE:
      return "R_X86_64_NONE";
    case R_X86_64_64:
      return "R_X86_64_64";
    case R_X86_64_PC32:
      return "R_X86_64_PC32";
    case R_X86_64_COPY:
      return "R_X86_64_COPY";
    case R_X86_64_GLOB_DAT:
      return "R_X86_64_GLOB_DAT";
    case R_X86_64_JUMP_SLOT:
      return "R_X86_64_JUMP_SLOT";
    case R_X86_64_RELATIVE:
      return "R_X86_64_RELATIVE";
    case R_X86_64_32:
      return "R_X86_64_32";
    case R_X86_64_DTPMOD64:
      return "R_X86_64_DTPMOD64";
    case R_X86_64_DTPOFF64:
      return "R_X86_64_DTPOFF64";
    case R_X86_64_TPOFF64:
      return "R_X86_64_TPOFF64";
    case R_X86_64_PC64:
      return "R_X86_64_PC64";
    case R_X86_64_SIZE32:
      return "R_X86_64_SIZE32";
    case R_X86_64_SIZE64:
      return "R_X86_64_SIZE64";
    case R_X86_64_TLSDESC:
      return "R_X86_64_TLSDESC";
    case R_X86_64_IRELATIVE:
      return "R_X86_64_IRELATIVE";
    case R_X86_64_RELATIVE64:
      return "R_X86_64_RELATIVE64";
    default:
      return "";
  }
}

// A bit for each type that has a name: a test of a bit is faster than the switch.
consteval uint64_t NamedRelocTypes() {
  static_assert(kRelocTypeCount <= 64);
  uint64_t types = 0;
  for (uint32_t type = 0; type < kRelocTypeCount; ++type) {
    if (!RelocName(type).empty()) types |= uint64_t{1} << type;
  }
  return types;
}

// True for the types that the psABI has for executables and shared objects.
constexpr bool IsDynamicReloc(uint32_t type) {
  constexpr uint64_t kTypes = NamedRelocTypes();
  return type < kRelocTypeCount && (kTypes >> type & 1) != 0;
}

constexpr bool IsSizeReloc(uint32_t type) {
  return type == R_X86_64_SIZE32 || type == R_X86_64_SIZE64;
}

// How many bytes a relocation of this type writes at r_offset. 0 for R_X86_64_COPY: there, it is
// the size of the symbol.
constexpr uint64_t RelocWidth(uint32_t type) {
  switch (type) {
    case R_X86_64_NONE:
    case R_X86_64_COPY:
      return 0;
    case R_X86_64_PC32:
    case R_X86_64_32:
    case R_X86_64_SIZE32:
      return 4;
    case R_X86_64_TLSDESC:
      return 16;
    default:
      return 8;
  }
}

// DT_RELR (gABI): an even entry is the address of a word to relocate; the bitmaps that follow begin
// behind that word. An odd entry is a bitmap over the next 63 words. Calls visit(vaddr) for each
// word until it returns false. Returns false if it did.
template <typename Visit>
constexpr bool ForEachRelr(std::span<const Relr> entries, Visit&& visit) {
  uint64_t next = 0;
  for (const Relr entry : entries) {
    if ((entry & 1) == 0) {
      if (!visit(entry)) return false;
      next = entry + sizeof(uint64_t);
      continue;
    }
    uint64_t vaddr = next;
    for (uint64_t bits = entry >> 1; bits != 0; bits >>= 1, vaddr += sizeof(uint64_t)) {
      if ((bits & 1) != 0 && !visit(vaddr)) return false;
    }
    next += 63 * sizeof(uint64_t);
  }
  return true;
}

}  // namespace elf

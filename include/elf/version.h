// SPDX-License-Identifier: MIT
//
// GNU symbol versions: DT_VERSYM, DT_VERDEF, DT_VERNEED.
//
// Input: the version sections of a mapped module. Output: one callback for each version that the
// module defines or needs, in file order. Every offset is checked. It does not decide which version
// a reference means.
#pragma once

#include <cstring>

#include "elf/diagnostics.h"
#include "elf/image.h"
#include "elf/symbol.h"

namespace elf {

inline constexpr uint16_t kVersionHidden = 0x8000;
inline constexpr uint16_t kVersionIndexMask = 0x7fff;

// The version of the private interfaces between the parts of glibc.
inline constexpr std::string_view kGlibcPrivate = "GLIBC_PRIVATE";

struct VersionDefinition {
  uint16_t index;
  uint16_t flags;  // VER_FLG_BASE: names the module, not a version
  uint32_t hash;
  const char* name;
};

struct VersionNeed {
  const char* file;  // DT_NEEDED name of the module that should define it
  uint16_t index;    // with kVersionHidden as in the file
  uint16_t flags;    // VER_FLG_WEAK: its absence is no error
  uint32_t hash;
  const char* name;
};

namespace internal {

template <typename T>
const T* One(const Image& image, uint64_t vaddr) {
  const std::span<const T> found = image.Array<T>(vaddr, 1);
  return found.empty() ? nullptr : found.data();
}

// The problem to report if One<T> finds nothing.
template <typename T>
Problem NoEntry(std::string_view what, uint64_t vaddr) {
  if (vaddr % alignof(T) != 0) return Address(what, vaddr, ", expected a multiple of ", alignof(T));
  return Address(what, vaddr, ", outside every readable segment; its size is ", sizeof(T));
}

}  // namespace internal

// Both loops end, because every offset leads forward.
template <typename Visit>
[[nodiscard]] Check ForEachVersionDefinition(const Image& image, const StringTable& strings,
                                             uint64_t vaddr, Visit&& visit) {
  while (vaddr != 0) {
    const Verdef* def = internal::One<Verdef>(image, vaddr);
    if (def == nullptr) return internal::NoEntry<Verdef>("DT_VERDEF entry is at ", vaddr);
    if (def->vd_version != VER_DEF_CURRENT)
      return Count("vd_version is ", def->vd_version, ", expected ", VER_DEF_CURRENT);
    const Verdaux* aux = internal::One<Verdaux>(image, vaddr + def->vd_aux);
    if (aux == nullptr)
      return def->vd_aux % alignof(Verdaux) != 0
                 ? Address("vd_aux is ", def->vd_aux, ", expected a multiple of ", alignof(Verdaux))
                 : Address("vd_aux is ", def->vd_aux, ", outside the segment of the entry at ",
                           vaddr);
    if (!strings.Has(aux->vda_name))
      return Address("vda_name is ", aux->vda_name, ", expected less than DT_STRSZ, which is ",
                     strings.size());
    visit(VersionDefinition{static_cast<uint16_t>(def->vd_ndx & kVersionIndexMask), def->vd_flags,
                            def->vd_hash, strings.At(aux->vda_name)});
    vaddr = def->vd_next == 0 ? 0 : vaddr + def->vd_next;
  }
  return {};
}

template <typename Visit>
[[nodiscard]] Check ForEachVersionNeed(const Image& image, const StringTable& strings,
                                       uint64_t vaddr, Visit&& visit) {
  uint32_t count = 0;
  while (vaddr != 0) {
    const Verneed* need = internal::One<Verneed>(image, vaddr);
    if (need == nullptr) return internal::NoEntry<Verneed>("DT_VERNEED entry is at ", vaddr);
    if (need->vn_version != VER_NEED_CURRENT)
      return Count("vn_version is ", need->vn_version, ", expected ", VER_NEED_CURRENT);
    if (!strings.Has(need->vn_file))
      return Address("vn_file is ", need->vn_file, ", expected less than DT_STRSZ, which is ",
                     strings.size());
    uint64_t aux_vaddr = vaddr + need->vn_aux;
    for (uint32_t i = 0; i < need->vn_cnt; ++i) {
      const Vernaux* aux = internal::One<Vernaux>(image, aux_vaddr);
      if (aux == nullptr)
        return internal::NoEntry<Vernaux>("DT_VERNEED auxiliary entry is at ", aux_vaddr);
      if (!strings.Has(aux->vna_name))
        return Address("vna_name is ", aux->vna_name, ", expected less than DT_STRSZ, which is ",
                       strings.size());
      // There cannot be so many indices: the entries overlap, and reading them would take hours.
      if (++count > kVersionIndexMask)
        return Count("DT_VERNEED holds more versions than indices: at least ", count,
                     ", expected at most ", kVersionIndexMask);
      visit(VersionNeed{strings.At(need->vn_file), aux->vna_other, aux->vna_flags, aux->vna_hash,
                        strings.At(aux->vna_name)});
      if (aux->vna_next == 0) break;
      aux_vaddr += aux->vna_next;
    }
    vaddr = need->vn_next == 0 ? 0 : vaddr + need->vn_next;
  }
  return {};
}

// The version that one version index of a module means.
struct Version {
  const char* name = nullptr;  // null: the base version, or no version at all
  const char* file = nullptr;  // the module that should define it; null if this one does
  uint32_t hash = 0;           // 0 if name is null
  bool hidden = false;         // the reference asks for exactly this version

  bool Matches(const Version& other) const {
    return hash == other.hash && (name == other.name || (name != nullptr && other.name != nullptr &&
                                                         std::strcmp(name, other.name) == 0));
  }
};

}  // namespace elf

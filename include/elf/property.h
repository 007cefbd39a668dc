// SPDX-License-Identifier: MIT
//
// GNU program properties (Linux Extensions to gABI, "Program Property"): notes from a linker to a
// loader. Two of them matter here: -z memory-seal of binutils 2.44 marks a module whose segments
// may all be sealed, and -z x86-64-v3 and the like say which CPUs can run it.
//
// Input: a module's image, or the bytes of its notes. Output: what they say. Damaged notes and
// unknown properties say nothing. They are no error, because the system's loader accepts them too.
#pragma once

#include <cstring>
#include <span>

#include "elf/image.h"
#include "elf/types.h"

namespace elf {

// GNU_PROPERTY_MEMORY_SEAL. Only its presence has a meaning: pr_datasz is 0.
inline constexpr uint32_t kPropertyMemorySeal = 3;

namespace internal {

using Bytes = std::span<const std::byte>;

// In ELFCLASS64, the alignment of each property, and of each note that holds properties.
constexpr uint64_t AlignProperty(uint64_t size) { return (size + 7) & ~uint64_t{7}; }

// `bytes` are a descriptor: properties, one behind the other. Calls visit(data) with the data of
// the first property of `type`.
template <typename Visit>
[[nodiscard]] bool FindProperty(Bytes bytes, uint32_t type, Visit&& visit) {
  struct {
    uint32_t type;
    uint32_t size;
  } property;
  while (bytes.size() >= sizeof property) {
    std::memcpy(&property, bytes.data(), sizeof property);
    bytes = bytes.subspan(sizeof property);
    if (property.size > bytes.size()) return false;
    if (property.type == type) return visit(bytes.first(property.size));
    const uint64_t padded = AlignProperty(property.size);
    if (padded >= bytes.size()) return false;
    bytes = bytes.subspan(padded);
  }
  return false;
}

// Calls `visit` with the descriptor of each GNU note of `type` until it returns true. Returns
// whether it did. Each part of a note is padded to `align`, 4 or 8.
template <typename Visit>
[[nodiscard]] bool FindGnuNote(Bytes notes, uint64_t align, uint32_t type, Visit&& visit) {
  constexpr char kOwner[] = "GNU";
  const auto padded = [align](uint64_t size) { return (size + align - 1) & ~(align - 1); };
  Elf64_Nhdr note;
  while (notes.size() >= sizeof note + sizeof kOwner) {
    std::memcpy(&note, notes.data(), sizeof note);
    const uint64_t at = padded(sizeof note + uint64_t{note.n_namesz});
    if (at > notes.size() || note.n_descsz > notes.size() - at) return false;
    if (note.n_type == type && note.n_namesz == sizeof kOwner &&
        std::memcmp(notes.data() + sizeof note, kOwner, sizeof kOwner) == 0 &&
        visit(notes.subspan(at, note.n_descsz))) {
      return true;
    }
    const uint64_t next = at + padded(note.n_descsz);
    if (next > notes.size()) return false;
    notes = notes.subspan(next);
  }
  return false;
}

}  // namespace internal

namespace internal {

// Calls visit(data) with the data of the module's properties of `type` until it returns true.
// Returns whether it did. If there is no PT_GNU_PROPERTY, PT_NOTE is read, as glibc does. A PT_NOTE
// with another alignment holds notes of another form.
template <typename Visit>
[[nodiscard]] bool FindModuleProperty(const Image& image, uint32_t type, Visit&& visit) {
  const auto in_notes = [&](const Phdr& phdr) {
    const Bytes notes = image.Array<std::byte>(phdr.p_vaddr, phdr.p_memsz);
    return FindGnuNote(notes, 8, NT_GNU_PROPERTY_TYPE_0,
                       [&](Bytes bytes) { return FindProperty(bytes, type, visit); });
  };
  bool found = false;
  for (const Phdr& phdr : image.phdrs()) {
    if (phdr.p_type != PT_GNU_PROPERTY) continue;
    found = true;
    if (in_notes(phdr)) return true;
  }
  if (found) return false;
  for (const Phdr& phdr : image.phdrs()) {
    if (phdr.p_type == PT_NOTE && phdr.p_align == 8 && in_notes(phdr)) return true;
  }
  return false;
}

[[nodiscard]] inline bool IsMark(Bytes data) { return data.empty(); }

}  // namespace internal

// `notes` are the bytes that a PT_GNU_PROPERTY covers.
[[nodiscard]] inline bool HasMemorySeal(std::span<const std::byte> notes) {
  return internal::FindGnuNote(notes, 8, NT_GNU_PROPERTY_TYPE_0, [](internal::Bytes bytes) {
    return internal::FindProperty(bytes, kPropertyMemorySeal, internal::IsMark);
  });
}

// True if the module is marked.
[[nodiscard]] inline bool HasMemorySeal(const Image& image) {
  return internal::FindModuleProperty(image, kPropertyMemorySeal, internal::IsMark);
}

// The micro-architecture levels that the module needs, as GNU_PROPERTY_X86_ISA_1_* bits: bit 0 for
// x86-64, bit 3 for x86-64-v4.
[[nodiscard]] inline uint32_t NeededIsaLevels(const Image& image) {
  uint32_t levels = 0;
  (void)internal::FindModuleProperty(image, GNU_PROPERTY_X86_ISA_1_NEEDED,
                                     [&levels](internal::Bytes data) {
                                       if (data.size() != sizeof levels) return false;
                                       std::memcpy(&levels, data.data(), sizeof levels);
                                       return true;
                                     });
  return levels;
}

// True if the program has NT_GNU_ABI_TAG. glibc's start files contain it.
[[nodiscard]] inline bool HasAbiTag(const Image& image) {
  for (const Phdr& phdr : image.phdrs()) {
    if (phdr.p_type != PT_NOTE || phdr.p_align > 4) continue;
    const auto notes = image.Array<std::byte>(phdr.p_vaddr, phdr.p_memsz);
    if (internal::FindGnuNote(notes, 4, NT_GNU_ABI_TAG, [](internal::Bytes) { return true; }))
      return true;
  }
  return false;
}

}  // namespace elf

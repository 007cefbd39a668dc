// SPDX-License-Identifier: MIT
//
// A module's memory as its program headers describe it. An address from a file becomes a pointer
// only here, so that no number from a file is used unchecked.
//
// Input: the load bias and the validated program headers of a module that is mapped, laid out
// (layout.h). Output: spans that lie wholly inside its PT_LOADs. It does not know files, and does
// not check what the bytes mean.
#pragma once

#include <bit>
#include <span>

#include "elf/layout.h"
#include "elf/types.h"

namespace elf {

class Image {
 public:
  constexpr Image() = default;
  constexpr Image(uint64_t load_bias, std::span<const Phdr> phdrs)
      : load_bias_(load_bias), phdrs_(phdrs) {}

  uint64_t load_bias() const { return load_bias_; }
  std::span<const Phdr> phdrs() const { return phdrs_; }

  // The PT_LOAD that holds [vaddr, vaddr + size) and has every permission in `flags`, or null. The
  // range may reach into the next PT_LOADs, if there is no gap between and they have the
  // permissions, too. An empty range belongs to the segment that contains its address, or else to
  // the one that ends there.
  const Phdr* Segment(uint64_t vaddr, uint64_t size, uint32_t flags = PF_R) const {
    const Phdr* touched = nullptr;
    for (const Phdr& phdr : phdrs_) {
      if (phdr.p_type != PT_LOAD || (phdr.p_flags & flags) != flags || vaddr < phdr.p_vaddr) {
        continue;
      }
      const uint64_t offset = vaddr - phdr.p_vaddr;
      if (offset < phdr.p_memsz) {
        const bool holds = size <= phdr.p_memsz - offset || size <= Room(phdr, offset, flags);
        return holds ? &phdr : nullptr;
      }
      // The next segment may begin where this one ends.
      if (offset == phdr.p_memsz && size == 0) touched = &phdr;
    }
    return touched;
  }

  // Whether [vaddr, vaddr + size) is on pages of PT_LOADs that have every permission in `flags`.
  // What is on them behind the end of a PT_LOAD is mapped all the same.
  bool HasPages(uint64_t vaddr, uint64_t size, uint32_t flags) const {
    if (size == 0) return true;
    for (const Phdr& load : LoadSegments(phdrs_)) {
      if (vaddr < FirstPage(load) || vaddr >= PagesEnd(load)) continue;
      if ((load.p_flags & flags) != flags) return false;
      const uint64_t room = PagesEnd(load) - vaddr;
      if (size <= room) return true;
      vaddr += room;  // goes on in the next one
      size -= room;
    }
    return false;
  }

  // How many bytes from vaddr on may be read.
  uint64_t Room(uint64_t vaddr) const {
    const Phdr* segment = Segment(vaddr, 0);
    return segment == nullptr ? 0 : Room(*segment, vaddr - segment->p_vaddr, PF_R);
  }

  // The address in memory of a p_vaddr-like number. The caller has checked the range, or only
  // compares the result.
  uint64_t Resolve(uint64_t vaddr) const { return load_bias_ + vaddr; }

  // The other way round.
  uint64_t Vaddr(const void* address) const {
    return reinterpret_cast<uint64_t>(address) - load_bias_;
  }

  // `count` objects at vaddr, or a null span if they are misaligned or not all in one readable
  // segment.
  template <typename T>
  std::span<const T> Array(uint64_t vaddr, uint64_t count) const {
    if (vaddr % alignof(T) != 0 || count > UINT64_MAX / sizeof(T) ||
        Segment(vaddr, count * sizeof(T)) == nullptr) {
      return {};
    }
    return {std::bit_cast<const T*>(Resolve(vaddr)), static_cast<size_t>(count)};
  }

  // As many objects as fit between vaddr and the end of what may be read. For tables whose size no
  // tag states.
  template <typename T>
  std::span<const T> ArrayToEnd(uint64_t vaddr) const {
    if (vaddr % alignof(T) != 0) return {};
    return {std::bit_cast<const T*>(Resolve(vaddr)), static_cast<size_t>(Room(vaddr) / sizeof(T))};
  }

 private:
  // The same from `offset` in this segment on, with these permissions. Hardly ever called: what
  // linkers write lies in one segment.
  [[gnu::cold, gnu::noinline]] uint64_t Room(const Phdr& segment, uint64_t offset,
                                             uint32_t flags) const {
    uint64_t end = segment.p_vaddr + segment.p_memsz;
    for (const Phdr& next : phdrs_.subspan(static_cast<size_t>(&segment - phdrs_.data()) + 1)) {
      if (next.p_type != PT_LOAD || next.p_memsz == 0) continue;
      if (next.p_vaddr != end || (next.p_flags & flags) != flags) break;
      end += next.p_memsz;
    }
    return end - segment.p_vaddr - offset;
  }

  uint64_t load_bias_ = 0;
  std::span<const Phdr> phdrs_;
};

}  // namespace elf

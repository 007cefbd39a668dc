// SPDX-License-Identifier: MIT
//
// Static TLS, variant II (Drepper, "ELF Handling For Thread-Local Storage", section 3): blocks lie
// below the thread pointer, and the program's block is nearest to it.
//
//   tp - offset(second)        tp - offset(first)      tp
//   | second's block | padding | first's block | padding |
//
// Input: size, alignment and p_vaddr of each PT_TLS, in order. Output: each block's static TLS
// offset (the distance from the block's first byte up to the thread pointer), and size and
// alignment of the whole.
#pragma once

#include "elf/types.h"

namespace elf {

class TlsLayout {
 public:
  // The static TLS offset of a block. The block's address will be congruent to `vaddr` modulo
  // `align`, a power of two (or 0 for none). It cannot overflow, because each module's size and
  // alignment are at most kMaxTlsSize and kMaxTlsAlign.
  uint64_t Place(uint64_t size, uint64_t align, uint64_t vaddr) {
    if (align == 0) align = 1;
    if (align > align_) align_ = align;
    const uint64_t end = size_ + size;
    size_ = end + ((0 - vaddr - end) & (align - 1));
    return size_;
  }

  // Frees the place of the block that was placed last, except for its padding. Does nothing for any
  // other block.
  void Remove(uint64_t size, uint64_t offset) {
    if (offset == size_) size_ = offset - size;
  }

  // Bytes below the thread pointer, a multiple of align().
  uint64_t size() const { return (size_ + align_ - 1) & ~(align_ - 1); }
  uint64_t align() const { return align_; }

 private:
  uint64_t size_ = 0;
  uint64_t align_ = 64;
};

}  // namespace elf

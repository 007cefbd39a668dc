// SPDX-License-Identifier: MIT
//
// Into which pieces the span of a module is cut, before anything is mapped. A piece is what one
// call of mmap can make: pages with one protection, from one source.
//
// Input: checked program headers. Output: pieces without holes between them, in the order of their
// addresses. It makes no system calls and does not know where the module will be: addresses are
// those of the file (p_vaddr). Safe in any context.
#pragma once

#include "base/page.h"
#include "elf/phdr.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct Piece {
  enum class Source : uint8_t {
    kGap,   // no segment: inaccessible
    kFile,  // the file's pages
    kRead,  // anonymous, and filled from the file up to data_end
    kZero,  // anonymous, and stays zero
  };

  uint64_t from = 0;  // whole pages
  uint64_t to = 0;
  uint64_t data_end = 0;  // the segment's bytes of the file end here; `from` without a file
  uint64_t offset = 0;    // of `from` in the file, where there are bytes of the file
  int protection = 0;     // PROT_*, once the piece is complete
  Source source = Source::kGap;
  bool populate = false;    // all of it will be written soon, or nearly all
  bool clear_tail = false;  // zero behind data_end: what the file has there is not the segment's

  // It is filled with so much that huge pages pay.
  bool IsLarge() const { return source == Source::kRead && data_end - from >= kHugePageSize; }
};

// The pieces of one segment, and of the gap in front of it.
class SegmentPieces {
 public:
  void Add(const Piece& piece) { pieces_[count_++] = piece; }

  const Piece* begin() const { return pieces_; }
  const Piece* end() const { return pieces_ + count_; }

 private:
  Piece pieces_[4];  // a gap, what is read, what is mapped, .bss
  size_t count_ = 0;
};

// `load` is one of the PT_LOADs in `headers.mapped`, and is not empty; what is before it ends at
// `previous_end`.
SegmentPieces PlanSegment(const elf::ProgramHeaders& headers, const elf::Phdr& load,
                          uint64_t previous_end);

// Calls visit(piece) for all pieces of a module until it returns false; false if it did.
template <typename Visit>
[[nodiscard]] bool ForEachPiece(const elf::ProgramHeaders& headers, Visit&& visit) {
  uint64_t previous_end = headers.start;
  for (const elf::Phdr& phdr : elf::LoadSegments(headers.mapped)) {
    for (const Piece& piece : PlanSegment(headers, phdr, previous_end)) {
      if (!visit(piece)) return false;
    }
    previous_end = elf::PagesEnd(phdr);
  }
  return true;
}

}  // namespace signet

#pragma GCC visibility pop

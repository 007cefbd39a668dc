// SPDX-License-Identifier: MIT
//
// A worked example. libfoo.so, whose program headers say (RELRO is 0x3de0 to 0x4000):
//
//   LOAD  offset 0x0000 vaddr 0x0000 filesz 0x0628 memsz 0x0628 R
//   LOAD  offset 0x1000 vaddr 0x1000 filesz 0x0315 memsz 0x0315 R X
//   LOAD  offset 0x2000 vaddr 0x2000 filesz 0x0154 memsz 0x0154 R
//   LOAD  offset 0x2de0 vaddr 0x3de0 filesz 0x0250 memsz 0x1300 R W
//
// becomes the following, right below everything that is mapped so far, if nothing else is there:
//
//   0x7f..0000  file 0x0000, 1 page, R
//   0x7f..1000  file 0x1000, 1 page, R X
//   0x7f..2000  file 0x2000, 1 page, R
//   0x7f..3000  anonymous, 3 pages, R W     RELRO must be anonymous, and so few pages behind it are
//               read from file 0x2000       cheaper read than mapped
//               to 0x3030
//   0x7f..4030  still zero                  up to 0x7f..6000: .bss
//
// If a writable segment holds more file pages behind RELRO than kReadLimit, those are mapped, not
// read.
//
// Rule: bytes of a file become executable only by a mapping of that file with PROT_EXEC, never by a
// copy. The kernel then decides: a noexec mount, SELinux or IMA may refuse. So nothing of an
// executable segment is read into anonymous memory, whatever its other flags and sizes are.
#include "loader/load/plan_pieces.h"

#include "loader/load/protection.h"

namespace signet {
namespace {

constexpr uint64_t kReadLimit = 8 * kPageSize;

// Where RELRO ends in this segment; the segment's start if it has none.
uint64_t RelroEnd(const elf::ProgramHeaders& headers, const elf::Phdr& load) {
  const elf::Phdr* relro = headers.relro;
  const uint64_t page = PageDown(load.p_vaddr);
  if (relro == nullptr || relro->p_vaddr < page ||
      relro->p_vaddr - page >= load.p_vaddr + load.p_memsz - page) {
    return PageDown(load.p_vaddr);
  }
  return PageDown(relro->p_vaddr + relro->p_memsz);
}

// Up to here the segment's bytes are read into anonymous memory, from the start of its first page.
uint64_t ReadEnd(const elf::ProgramHeaders& headers, const elf::Phdr& load) {
  const uint64_t page = PageDown(load.p_vaddr);
  const uint64_t file_end = load.p_vaddr + load.p_filesz;
  if (load.p_filesz == 0 || (load.p_flags & PF_X) != 0) return page;
  if ((load.p_flags & PF_W) == 0) {
    // A read-only segment with .bss is rare. Mapped from the file it could not be cleared.
    return load.p_memsz > load.p_filesz ? file_end : page;
  }
  if (file_end - page <= kReadLimit) return file_end;
  const uint64_t relro_end = RelroEnd(headers, load);
  return relro_end < file_end ? relro_end : file_end;
}

// What the pieces of one segment have in common.
class SegmentPlanner {
 public:
  SegmentPlanner(const elf::ProgramHeaders& headers, const elf::Phdr& load)
      : headers_(headers), load_(load), page_(PageDown(load.p_vaddr)) {}

  SegmentPieces Plan(uint64_t previous_end) {
    if (page_ > previous_end)
      pieces_.Add({.from = previous_end, .to = page_, .data_end = previous_end});
    const uint64_t file_end = load_.p_vaddr + load_.p_filesz;
    const uint64_t memory_end = PageUp(load_.p_vaddr + load_.p_memsz);
    const uint64_t read_end = ReadEnd(headers_, load_);
    const uint64_t map_start = PageUp(read_end);
    if (load_.p_filesz == 0 || map_start >= file_end) {
      AddAnonymous(page_, read_end, memory_end);
      return pieces_;
    }
    const uint64_t map_end = PageUp(file_end);
    AddAnonymous(page_, read_end, map_start);
    // .bss begins right behind the file's bytes; and what a program may write should be its own.
    const bool clears =
        file_end != map_end && ((load_.p_flags & PF_W) != 0 || load_.p_memsz > load_.p_filesz);
    pieces_.Add({map_start, map_end, file_end, Offset(map_start), elf::Protection(load_.p_flags),
                 Piece::Source::kFile, /* populate */ false, clears});
    AddAnonymous(map_end, map_end, memory_end);
    return pieces_;
  }

 private:
  // All bytes up to `read_end` are written. So the piece is populated if little is left behind
  // them.
  void AddAnonymous(uint64_t from, uint64_t read_end, uint64_t to) {
    if (from == to) return;
    const bool reads = read_end != from;
    pieces_.Add({from, to, read_end, reads ? Offset(from) : 0, elf::Protection(load_.p_flags),
                 reads ? Piece::Source::kRead : Piece::Source::kZero,
                 reads && to - read_end < kPopulateFrom});
  }

  uint64_t Offset(uint64_t vaddr) const { return vaddr - load_.p_vaddr + load_.p_offset; }

  const elf::ProgramHeaders& headers_;
  const elf::Phdr& load_;
  uint64_t page_;
  SegmentPieces pieces_;
};

}  // namespace

SegmentPieces PlanSegment(const elf::ProgramHeaders& headers, const elf::Phdr& load,
                          uint64_t previous_end) {
  return SegmentPlanner(headers, load).Plan(previous_end);
}

}  // namespace signet

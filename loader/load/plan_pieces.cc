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
//   0x7f..3000  anonymous, 1 page, R W      RELRO must be anonymous
//               read from file 0x2000
//   0x7f..4000  file 0x3000, 1 page, R W    cleared from 0x7f..4030 on: .bss begins there
//   0x7f..5000  anonymous, 1 page, R W      the rest of .bss
//
// Variables bear the name of their file, as under ld.so, because tools look for it: the kernel's
// USDT semaphores, and scanners of /proc/PID/maps. A few pages of them are populated, because most
// of them will be written.
//
// Rule: bytes of a file become executable only by a mapping of that file with PROT_EXEC, never by a
// copy. The kernel then decides: a noexec mount, SELinux or IMA may refuse. So nothing of an
// executable segment is read into anonymous memory, whatever its other flags and sizes are.
#include "loader/load/plan_pieces.h"

#include "loader/load/protection.h"

namespace signet {
namespace {

constexpr uint64_t kPopulatedData = 4 * kPageSize;

// Where RELRO ends in this segment, in whole pages; the segment's first page if it has none.
uint64_t RelroEnd(const elf::ProgramHeaders& headers, const elf::Phdr& load) {
  const elf::Phdr* relro = headers.relro;
  const uint64_t page = PageDown(load.p_vaddr);
  if (relro == nullptr || relro->p_vaddr < page ||
      relro->p_vaddr - page >= load.p_vaddr + load.p_memsz - page) {
    return page;
  }
  return PageDown(relro->p_vaddr + relro->p_memsz);
}

// Up to here the segment is anonymous, and what the file has is read into it: in whole pages, from
// its first one on.
uint64_t AnonymousEnd(const elf::ProgramHeaders& headers, const elf::Phdr& load) {
  const uint64_t page = PageDown(load.p_vaddr);
  if (load.p_filesz == 0 || (load.p_flags & PF_X) != 0) return page;
  if ((load.p_flags & PF_W) != 0) {
    const uint64_t relro_end = RelroEnd(headers, load);
    const uint64_t file_end = PageUp(load.p_vaddr + load.p_filesz);
    return relro_end < file_end ? relro_end : file_end;
  }
  // A read-only segment with .bss is rare. Mapped from the file it could not be cleared.
  return load.p_memsz > load.p_filesz ? elf::PagesEnd(load) : page;
}

// What the pieces of one segment have in common.
class SegmentPlanner {
 public:
  SegmentPlanner(const elf::ProgramHeaders& headers, const elf::Phdr& load)
      : headers_(headers),
        load_(load),
        page_(PageDown(load.p_vaddr)),
        file_end_(load.p_vaddr + load.p_filesz) {}

  SegmentPieces Plan(uint64_t previous_end) {
    if (page_ > previous_end)
      pieces_.Add({.from = previous_end, .to = page_, .data_end = previous_end});
    uint64_t end = AnonymousEnd(headers_, load_);
    if (end != page_) AddRead(end);
    if (load_.p_filesz != 0 && file_end_ > end) {
      AddFile(end, PageUp(file_end_));
      end = PageUp(file_end_);
    }
    if (const uint64_t memory_end = elf::PagesEnd(load_); end != memory_end)
      pieces_.Add({end, memory_end, end, 0, Protection(), Piece::Source::kZero});
    return pieces_;
  }

 private:
  // All bytes of the file are written. So the piece is populated if little is left behind them.
  void AddRead(uint64_t end) {
    const uint64_t data_end = file_end_ < end ? file_end_ : end;
    pieces_.Add({page_, end, data_end, Offset(page_), Protection(), Piece::Source::kRead,
                 end - data_end < kPopulateFrom});
  }

  void AddFile(uint64_t from, uint64_t end) {
    // .bss begins right behind the file's bytes; and what a program may write should be its own.
    const bool clears = file_end_ != end && (IsWritable() || load_.p_memsz > load_.p_filesz);
    const bool is_data = IsWritable() && (load_.p_flags & PF_X) == 0;
    pieces_.Add({from, end, file_end_, Offset(from), Protection(), Piece::Source::kFile,
                 is_data && end - from <= kPopulatedData, clears});
  }

  bool IsWritable() const { return (load_.p_flags & PF_W) != 0; }
  int Protection() const { return elf::Protection(load_.p_flags); }

  uint64_t Offset(uint64_t vaddr) const { return vaddr - load_.p_vaddr + load_.p_offset; }

  const elf::ProgramHeaders& headers_;
  const elf::Phdr& load_;
  uint64_t page_;
  uint64_t file_end_;  // its bytes end here
  SegmentPieces pieces_;
};

}  // namespace

SegmentPieces PlanSegment(const elf::ProgramHeaders& headers, const elf::Phdr& load,
                          uint64_t previous_end) {
  return SegmentPlanner(headers, load).Plan(previous_end);
}

}  // namespace signet

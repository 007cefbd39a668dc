// SPDX-License-Identifier: MIT
//
// There are two ways to place a module. The cheap way maps each piece where it belongs, right below
// everything that is mapped so far, and needs nothing but those calls. The sure way is for a span
// whose place is taken, for a fixed address and for a strict alignment: it first reserves the whole
// span by one anonymous mapping, and then maps the pieces over the reservation.
#include "loader/load/map.h"

#include <errno.h>

#include "base/map_anywhere.h"
#include "base/page.h"
#include "base/syscall.h"
#include "base/valgrind.h"
#include "loader/load/choose_place.h"
#include "loader/load/plan_pieces.h"
#include "loader/load/protection.h"
#include "loader/load/read_headers.h"

namespace signet {
namespace {

constexpr char kMapFailed[] = "failed to map segment from shared object";

class Mapper {
 public:
  Mapper(Diagnostics& diagnostics, int fd, Module& module)
      : diagnostics_(diagnostics), fd_(fd), module_(module), map_(module.map) {}

  [[nodiscard]] bool Run() {
    if (Place()) return true;
    if (!is_taken_ || !Reserve()) return false;
    if (MapPieces()) return true;
    UnmapModule(module_);
    return false;
  }

 private:
  [[nodiscard]] bool Fail(const elf::Problem& problem) const {
    diagnostics_.LoadError(module_.path, problem);
    return false;
  }
  [[nodiscard]] bool FailErrno(std::string_view sentence, long result) const {
    diagnostics_.LoadErrno(module_.path, sentence, sys::Errno(result));
    return false;
  }

  // The cheap way. The kernel would place the module there as well. False with `is_taken_` if
  // something else is there. LowestMapping() is 0 if modules are unloaded. Then the kernel chooses,
  // because it fills the holes that they leave. A module that is loaded again then gets its old
  // address, as under ld.so; some programs rely on that.
  [[nodiscard]] bool Place() {
    const uint64_t size = map_.headers.end - map_.headers.start;
    is_taken_ = map_.fixed_address || map_.headers.align != kPageSize || size > LowestMapping();
    if (is_taken_) return false;
    place_flag_ = MAP_FIXED_NOREPLACE;
    SetSpan(ChoosePlaceBelow(LowestMapping(), map_.headers), size);
    if (MapPieces()) {
      SetLowestMapping(map_.start);
      return true;
    }
    map_.end = mapped_end_;
    UnmapModule(module_);
    place_flag_ = MAP_FIXED;
    return false;
  }

  // The sure way. What no piece covers later is .bss.
  [[nodiscard]] bool Reserve() {
    const elf::ProgramHeaders& headers = map_.headers;
    const uint64_t size = headers.end - headers.start;
    const uint64_t slack = map_.fixed_address ? 0 : headers.align - kPageSize;
    const int fixed = map_.fixed_address ? MAP_FIXED_NOREPLACE : 0;
    const long mapped =
        MapAnywhere(size + slack, kReadWrite, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | fixed,
                    /* fd */ -1, map_.fixed_address ? headers.start : 0);
    if (sys::Failed(mapped)) return FailErrno(kMapFailed, mapped);
    const auto got = static_cast<uint64_t>(mapped);
    uint64_t start = got;
    if (slack != 0) {
      // The load bias is a multiple of the strictest alignment.
      start += (headers.start - start) & (headers.align - 1);
      if (start != got) sys::Unmap(got, start - got);
      if (const uint64_t end = got + size + slack; start + size != end)
        sys::Unmap(start + size, end - start - size);
    }
    SetSpan(start, size);
    return true;
  }

  void SetSpan(uint64_t start, uint64_t size) {
    map_.start = start;
    map_.end = start + size;
    map_.image = elf::Image(start - map_.headers.start, map_.headers.mapped);
    mapped_end_ = start;
  }

  [[nodiscard]] bool MapPieces() {
    return ForEachPiece(map_.headers, [this](const Piece& piece) {
      switch (piece.source) {
        case Piece::Source::kGap:
          return Map(piece, PROT_NONE, MAP_ANONYMOUS);
        case Piece::Source::kFile:
          return MapFile(piece);
        default:
          return MapAnonymous(piece);
      }
    });
  }

  // One mapping in the span. `fd` is -1 for an anonymous one.
  [[nodiscard]] bool Map(const Piece& piece, int protection, int flags, int fd = -1) {
    const uint64_t address = Address(piece.from);
    const uint64_t size = piece.to - piece.from;
    const long mapped = sys::Map(address, size, protection, MAP_PRIVATE | place_flag_ | flags, fd,
                                 fd >= 0 ? piece.offset : 0);
    if (mapped == static_cast<long>(address)) {
      mapped_end_ = address + size;
      return true;
    }
    if (place_flag_ == MAP_FIXED) return FailErrno(kMapFailed, mapped);
    // Kernels before 4.17 take the address for a hint.
    if (!sys::Failed(mapped)) sys::Unmap(static_cast<uint64_t>(mapped), size);
    is_taken_ = true;
    return false;
  }

  [[nodiscard]] bool MapFile(const Piece& piece) {
    if (!Map(piece, piece.protection, piece.populate ? MAP_POPULATE : 0, fd_)) return false;
    if (!piece.clear_tail) return true;
    const uint64_t page = Address(PageDown(piece.data_end));
    const bool is_writable = (piece.protection & PROT_WRITE) != 0;
    if (!is_writable &&
        !ChangeProtection(diagnostics_, module_, page, page + kPageSize, kReadWrite))
      return false;
    // The rest of the file's last page does not belong to the segment.
    std::memset(std::bit_cast<void*>(Address(piece.data_end)), 0, piece.to - piece.data_end);
    return is_writable ||
           ChangeProtection(diagnostics_, module_, page, page + kPageSize, piece.protection);
  }

  [[nodiscard]] bool MapAnonymous(const Piece& piece) {
    bool populated = false;
    const bool is_shown = RunsOnValgrind() && ShowToValgrind(piece);
    const uint64_t size = piece.data_end - piece.from;
    if (is_shown || place_flag_ == MAP_FIXED_NOREPLACE) {
      populated = piece.populate && !piece.IsLarge();
      // The arena has no MAP_NORESERVE. Without that difference the kernel would merge the two, and
      // split them again later.
      const int flags = MAP_ANONYMOUS | MAP_NORESERVE | (populated ? MAP_POPULATE : 0);
      if (!Map(piece, kReadWrite, flags)) return false;
    }
    // Old kernels do not know this advice, which does no harm.
    if (piece.IsLarge()) sys::Advise(Address(piece.from), piece.to - piece.from, MADV_HUGEPAGE);
    if (!populated && size >= kPopulateFrom)
      sys::Advise(Address(piece.from), size, MADV_POPULATE_WRITE);
    if (!Read(piece)) return false;
    return piece.protection == kReadWrite ||
           ChangeProtection(diagnostics_, module_, Address(piece.from), Address(piece.to),
                            piece.protection);
  }

  // valgrind reads the symbols of a module only if the whole writable segment is mapped from the
  // file, RELRO included. So it is mapped like that, before its pieces are put in its place. True
  // if it was.
  [[nodiscard]] bool ShowToValgrind(const Piece& piece) {
    const elf::Phdr* load = elf::SegmentOfPage(map_.headers.mapped, piece.from);
    if (piece.source != Piece::Source::kRead || load == nullptr || (load->p_flags & PF_W) == 0)
      return false;
    Piece whole = piece;
    whole.to = PageUp(load->p_vaddr + load->p_filesz);
    return Map(whole, kReadWrite, 0, fd_);
  }

  [[nodiscard]] bool Read(const Piece& piece) {
    for (uint64_t from = piece.from; from < piece.data_end;) {
      const long got = sys::ReadAt(fd_, std::bit_cast<void*>(Address(from)), piece.data_end - from,
                                   piece.offset + (from - piece.from));
      if (got == -EINTR) continue;
      if (sys::Failed(got)) return FailErrno("cannot read file data", got);
      if (got == 0) return Fail(elf::Sentence("cannot read file data"));
      from += static_cast<uint64_t>(got);
    }
    return true;
  }

  uint64_t Address(uint64_t vaddr) const { return map_.image.Resolve(vaddr); }

  Diagnostics& diagnostics_;
  int fd_;
  Module& module_;
  ModuleMap& map_;
  int place_flag_ = MAP_FIXED;  // over the reservation; MAP_FIXED_NOREPLACE if there is none
  bool is_taken_ = false;       // Place cannot have the place that it wants
  uint64_t mapped_end_ = 0;     // pieces are mapped up to here
};

// The program headers as the program will see them: in its own memory, where they are part of a
// segment.
void KeepAddresses(Module& module) {
  const elf::Ehdr& header = module.file.header;
  const uint64_t size = header.e_phnum * sizeof(elf::Phdr);
  module.map.phdr_address = std::bit_cast<uint64_t>(module.map.headers.all.data());
  for (const elf::Phdr& phdr : elf::LoadSegments(module.map.headers.mapped)) {
    if (header.e_phoff >= phdr.p_offset && header.e_phoff - phdr.p_offset <= phdr.p_filesz &&
        size <= phdr.p_filesz - (header.e_phoff - phdr.p_offset)) {
      module.map.phdr_address =
          module.map.image.Resolve(phdr.p_vaddr + (header.e_phoff - phdr.p_offset));
    }
  }
  if (header.e_entry != 0) module.map.entry = module.map.image.Resolve(header.e_entry);
}

// Both ends are rounded down, as ld.so does it: the last page holds data too.
void SetRelro(Module& module) {
  if (const elf::Phdr* relro = module.map.headers.relro) {
    module.map.relro_start = PageDown(module.map.image.Resolve(relro->p_vaddr));
    module.map.relro_end = PageDown(module.map.image.Resolve(relro->p_vaddr + relro->p_memsz));
  }
}

// RELRO of an executable segment was mapped with the rest of it. Its copy is not executable.
[[nodiscard]] bool MoveRelroOutOfCode(Diagnostics& diagnostics, const Module& module) {
  const ModuleMap& map = module.map;
  if (map.relro_start == map.relro_end ||
      map.image.Segment(map.headers.relro->p_vaddr, 1, PF_X) == nullptr) {
    return true;
  }
  return MakeAnonymous(diagnostics, module, map.relro_start, map.relro_end);
}

void TraceMapping(const Module& module) {
  constexpr uint32_t kWritableCode = PF_W | PF_X;
  for (const elf::Phdr& phdr : elf::LoadSegments(module.map.headers.mapped)) {
    if ((phdr.p_flags & kWritableCode) != kWritableCode) continue;
    Line() << "ld-signet: files: " << module.path << ": segment at "
           << Hex{PageDown(module.map.image.Resolve(phdr.p_vaddr))}
           << " is writable and executable, as the file demands";
  }
  Line() << "ld-signet: files: " << module.path << ": mapped at " << Hex{module.map.start} << " to "
         << Hex{module.map.end};
}

}  // namespace

bool MapModule(Diagnostics& diagnostics, int fd, Module& module) {
  if (!Mapper(diagnostics, fd, module).Run()) return false;
  KeepAddresses(module);
  SetRelro(module);
  if (!MoveRelroOutOfCode(diagnostics, module)) {
    UnmapModule(module);
    return false;
  }
  if (diagnostics.Traces(kTraceFiles)) TraceMapping(module);
  return true;
}

bool DescribeModule(Diagnostics& diagnostics, std::span<const elf::Phdr> phdrs, uint64_t load_bias,
                    Module& module) {
  if (!CheckProgramHeaders(diagnostics, phdrs, module)) return false;
  module.map.image = elf::Image(load_bias, module.map.headers.mapped);
  module.map.start = module.map.image.Resolve(module.map.headers.start);
  module.map.end = module.map.image.Resolve(module.map.headers.end);
  module.map.phdr_address = std::bit_cast<uint64_t>(phdrs.data());
  SetRelro(module);
  return true;
}

void ReserveGaps(const Module& module) {
  uint64_t previous_end = module.map.start;
  for (const elf::Phdr& phdr : elf::LoadSegments(module.map.headers.mapped)) {
    const uint64_t start = module.map.image.Resolve(elf::FirstPage(phdr));
    if (start > previous_end) {
      // This fails if something else is there already, which is not ours.
      sys::Map(previous_end, start - previous_end, PROT_NONE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE);
    }
    previous_end = module.map.image.Resolve(elf::PagesEnd(phdr));
  }
}

bool ProtectZeroes(Diagnostics& diagnostics, const Module& module) {
  for (const elf::Phdr& phdr : elf::LoadSegments(module.map.headers.mapped)) {
    const uint64_t start =
        phdr.p_filesz == 0 ? elf::FirstPage(phdr) : PageUp(phdr.p_vaddr + phdr.p_filesz);
    const uint64_t end = elf::PagesEnd(phdr);
    if ((phdr.p_flags & PF_W) != 0 || start == end) continue;
    const elf::Image& image = module.map.image;
    if (!ChangeProtection(diagnostics, module, image.Resolve(start), image.Resolve(end),
                          elf::Protection(phdr.p_flags))) {
      return false;
    }
  }
  return true;
}

void UnmapModule(Module& module) {
  if (module.map.start != module.map.end)
    sys::Unmap(module.map.start, module.map.end - module.map.start);
  module.map.start = module.map.end = 0;
}

}  // namespace signet

// SPDX-License-Identifier: MIT
//
// A worked example. libfoo.so, whose program headers say (RELRO is 0x3de0 to 0x4000):
//
//   LOAD  offset 0x0000 vaddr 0x0000 filesz 0x0628 memsz 0x0628 R
//   LOAD  offset 0x1000 vaddr 0x1000 filesz 0x0315 memsz 0x0315 R X
//   LOAD  offset 0x2000 vaddr 0x2000 filesz 0x0154 memsz 0x0154 R
//   LOAD  offset 0x2de0 vaddr 0x3de0 filesz 0x0250 memsz 0x1300 R W
//
// becomes, right below all that is mapped so far, each piece only where nothing is yet:
//
//   0x7f..0000  file 0x0000, 1 page, R
//   0x7f..1000  file 0x1000, 1 page, R X
//   0x7f..2000  file 0x2000, 1 page, R
//   0x7f..3000  anonymous, 3 pages, R W     RELRO must be anonymous, and so few pages behind it are
//               read from file 0x2000       cheaper read than mapped
//               to 0x3030
//   0x7f..4030  still zero                  up to 0x7f..6000: .bss
//
// Where a writable segment holds more file pages behind RELRO than kReadLimit, those are mapped,
// not read. Where something is in the way, the whole span is reserved first, and the pieces go over
// the reservation.
#include "loader/load/map.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/map_anywhere.h"
#include "base/page.h"
#include "base/syscall.h"
#include "loader/diagnostics.h"
#include "loader/process.h"

namespace signet {
namespace {

constexpr char kMapFailed[] = "failed to map segment from shared object";

constexpr uint64_t kReadLimit = 8 * kPageSize;
constexpr uint64_t kPopulateFrom = 2 * kPageSize;
constexpr int kReadWrite = PROT_READ | PROT_WRITE;

[[nodiscard]] bool ChangeProtection(Diagnostics& diagnostics, const Module& module, uint64_t start,
                                    uint64_t end, int protection) {
  const long result = sys::Protect(start, end - start, protection);
  if (!sys::Failed(result)) return true;
  diagnostics.LoadErrno(module.path, "cannot change memory protections", sys::Errno(result));
  return false;
}

class Mapper {
 public:
  Mapper(Diagnostics& diagnostics, int fd, Module& module)
      : diagnostics_(diagnostics), fd_(fd), module_(module) {}

  [[nodiscard]] bool Run() {
    if (!Place()) {
      if (!is_taken_ || !Reserve()) return false;
      if (!MapSegments()) {
        UnmapModule(module_);
        return false;
      }
    }
    KeepAddresses();
    return true;
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

  // The cheap way: each piece is mapped right where it belongs, below all that is mapped so far,
  // where the kernel would put it, too. False with `is_taken_` if something else is there. Where
  // modules are unloaded, the kernel is to fill the holes that they leave: a module that comes
  // again comes to its old place, as under ld.so, and some count on that.
  [[nodiscard]] bool Place() {
    const uint64_t size = module_.map.headers.end - module_.map.headers.start;
    is_taken_ = module_.map.fixed_address || module_.map.headers.align != kPageSize ||
                size > LowestMapping();
    if (is_taken_) return false;
    place_flag_ = MAP_FIXED_NOREPLACE;
    SetSpan(LowestMapping() - size, size);
    if (MapSegments()) {
      SetLowestMapping(module_.map.start);
      return true;
    }
    module_.map.end = mapped_end_;
    UnmapModule(module_);
    place_flag_ = MAP_FIXED;
    return false;
  }

  // The sure way: one anonymous mapping over the whole span. What no segment covers later is .bss,
  // or a gap.
  [[nodiscard]] bool Reserve() {
    const elf::ProgramHeaders& headers = module_.map.headers;
    const uint64_t size = headers.end - headers.start;
    const uint64_t slack = module_.map.fixed_address ? 0 : headers.align - kPageSize;
    const int fixed = module_.map.fixed_address ? MAP_FIXED_NOREPLACE : 0;
    const long mapped =
        MapAnywhere(size + slack, kReadWrite, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | fixed,
                    /* fd */ -1, module_.map.fixed_address ? headers.start : 0);
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
    module_.map.start = start;
    module_.map.end = start + size;
    module_.map.image = elf::Image(start - module_.map.headers.start, module_.map.headers.all);
    mapped_end_ = start;
  }

  [[nodiscard]] bool MapSegments() {
    uint64_t previous_end = module_.map.headers.start;
    for (const elf::Phdr& phdr : elf::LoadSegments(module_.map.headers.all)) {
      const uint64_t page = PageDown(phdr.p_vaddr);
      if (page > previous_end && !MapPiece(previous_end, page, PROT_NONE, MAP_ANONYMOUS))
        return false;
      if (!MapSegment(phdr)) return false;
      previous_end = PageUp(phdr.p_vaddr + phdr.p_memsz);
    }
    return true;
  }

  // One mapping in the span. `fd` is -1 for an anonymous one.
  [[nodiscard]] bool MapPiece(uint64_t from, uint64_t to, int protection, int flags, int fd = -1,
                              uint64_t offset = 0) {
    const uint64_t address = Address(from);
    const long mapped =
        sys::Map(address, to - from, protection, MAP_PRIVATE | place_flag_ | flags, fd, offset);
    if (mapped == static_cast<long>(address)) {
      mapped_end_ = Address(PageUp(to));
      return true;
    }
    if (place_flag_ == MAP_FIXED) return FailErrno(kMapFailed, mapped);
    // Kernels before 4.17 take the address for a hint.
    if (!sys::Failed(mapped)) sys::Unmap(static_cast<uint64_t>(mapped), to - from);
    is_taken_ = true;
    return false;
  }

  [[nodiscard]] bool MapSegment(const elf::Phdr& phdr) {
    const uint64_t page = PageDown(phdr.p_vaddr);
    const uint64_t file_end = phdr.p_vaddr + phdr.p_filesz;
    const uint64_t memory_end = PageUp(phdr.p_vaddr + phdr.p_memsz);
    const bool writable = (phdr.p_flags & PF_W) != 0;
    // A read-only segment with .bss is rare, and cannot be cleared once it is mapped from the file:
    // read it.
    uint64_t read_end = writable ? RelroEnd(phdr) : phdr.p_memsz > phdr.p_filesz ? file_end : page;
    if (writable && file_end - page <= kReadLimit) read_end = file_end;
    if (read_end > file_end) read_end = file_end;
    if (phdr.p_filesz == 0) read_end = page;
    const uint64_t map_start = PageUp(read_end);
    const uint64_t map_end =
        phdr.p_filesz != 0 && map_start < file_end ? PageUp(file_end) : map_start;
    if (map_end != map_start) {
      if (!MapZeroed(page, read_end, map_start) || !Read(page, read_end, phdr) ||
          !MapFile(map_start, file_end, phdr) || !MapZeroed(map_end, map_end, memory_end)) {
        return false;
      }
    } else if (!MapZeroed(page, read_end, memory_end) || !Read(page, read_end, phdr)) {
      return false;
    }
    if (Protection(phdr.p_flags) == kReadWrite) return true;
    if (writable && diagnostics_.Traces(kTraceFiles)) {
      Line() << "ld-signet: files: " << module_.path << ": segment at " << Hex{Address(page)}
             << " is writable and executable, as the file demands";
    }
    if (map_start == page && map_end == memory_end) return true;
    return ChangeProtection(diagnostics_, module_, Address(page), Address(memory_end),
                            Protection(phdr.p_flags));
  }

  // Writable zeroes for [from, to), which a reservation is already. What is before `read_end` will
  // all be written: one call populates it, instead of a fault for each page. Old kernels do not
  // know the advice.
  [[nodiscard]] bool MapZeroed(uint64_t from, uint64_t read_end, uint64_t to) {
    if (from == to) return true;
    if (place_flag_ == MAP_FIXED_NOREPLACE) {
      const bool populate = read_end != from && to - read_end < kPopulateFrom;
      // Unlike the arena's, so that the kernel does not merge it with that, to split it again
      // later.
      const int flags = MAP_ANONYMOUS | MAP_NORESERVE | (populate ? MAP_POPULATE : 0);
      if (!MapPiece(from, to, kReadWrite, flags)) return false;
      if (populate) return true;
    }
    if (read_end - from >= kPopulateFrom)
      sys::Advise(Address(from), read_end - from, MADV_POPULATE_WRITE);
    return true;
  }

  // Where RELRO ends in this segment; its start if there is none in it.
  uint64_t RelroEnd(const elf::Phdr& phdr) const {
    const elf::Phdr* relro = module_.map.headers.relro;
    if (relro == nullptr || relro->p_vaddr < phdr.p_vaddr ||
        relro->p_vaddr - phdr.p_vaddr >= phdr.p_memsz) {
      return PageDown(phdr.p_vaddr);
    }
    return PageDown(relro->p_vaddr + relro->p_memsz);
  }

  [[nodiscard]] bool Read(uint64_t from, uint64_t to, const elf::Phdr& phdr) {
    while (from < to) {
      const long got = sys::ReadAt(fd_, std::bit_cast<void*>(Address(from)), to - from,
                                   from - phdr.p_vaddr + phdr.p_offset);
      if (got == -EINTR) continue;
      if (sys::Failed(got)) return FailErrno("cannot read file data", got);
      if (got == 0) return Fail(elf::Sentence("cannot read file data"));
      from += static_cast<uint64_t>(got);
    }
    return true;
  }

  [[nodiscard]] bool MapFile(uint64_t from, uint64_t to, const elf::Phdr& phdr) {
    if (!MapPiece(from, to, Protection(phdr.p_flags), 0, fd_, from - phdr.p_vaddr + phdr.p_offset))
      return false;
    if ((phdr.p_flags & PF_W) != 0) {
      // What follows in the file's last page is not the segment's.
      std::memset(std::bit_cast<void*>(Address(to)), 0, PageUp(to) - to);
    }
    return true;
  }

  // The program headers as the program will see them: in its own memory, where they are part of a
  // segment.
  void KeepAddresses() {
    const uint64_t size = module_.file.header.e_phnum * sizeof(elf::Phdr);
    module_.map.phdr_address = std::bit_cast<uint64_t>(module_.map.headers.all.data());
    for (const elf::Phdr& phdr : elf::LoadSegments(module_.map.headers.all)) {
      if (module_.file.header.e_phoff >= phdr.p_offset &&
          module_.file.header.e_phoff - phdr.p_offset <= phdr.p_filesz &&
          size <= phdr.p_filesz - (module_.file.header.e_phoff - phdr.p_offset)) {
        module_.map.phdr_address =
            Address(phdr.p_vaddr + (module_.file.header.e_phoff - phdr.p_offset));
      }
    }
    if (module_.file.header.e_entry != 0) module_.map.entry = Address(module_.file.header.e_entry);
  }

  uint64_t Address(uint64_t vaddr) const { return module_.map.image.Resolve(vaddr); }

  Diagnostics& diagnostics_;
  int fd_;
  Module& module_;
  int place_flag_ = MAP_FIXED;  // over the reservation; or MAP_FIXED_NOREPLACE, where there is none
  bool is_taken_ = false;       // what Place wanted is not to be had
  uint64_t mapped_end_ = 0;     // pieces are mapped up to here
};

// [relro_start, relro_end), both rounded down, as ld.so has it: the last page holds data too.
void SetRelro(Module& module) {
  if (const elf::Phdr* relro = module.map.headers.relro) {
    module.map.relro_start = PageDown(module.map.image.Resolve(relro->p_vaddr));
    module.map.relro_end = PageDown(module.map.image.Resolve(relro->p_vaddr + relro->p_memsz));
  }
}

// Calls visit(start, end, flags) for the pages of each segment without PF_W until it returns false;
// false if it did.
template <typename Visit>
[[nodiscard]] bool ForEachReadOnlySegment(const Module& module, Visit&& visit) {
  for (const elf::Phdr& phdr : elf::LoadSegments(module.map.headers.all)) {
    if ((phdr.p_flags & PF_W) != 0) continue;
    const uint64_t start = PageDown(module.map.image.Resolve(phdr.p_vaddr));
    const uint64_t end = PageUp(module.map.image.Resolve(phdr.p_vaddr + phdr.p_memsz));
    if (!visit(start, end, phdr.p_flags)) return false;
  }
  return true;
}

}  // namespace

bool IdentifyFile(Diagnostics& diagnostics, int fd, Module& module) {
  struct stat status = {};
  if (const long result = sys::Stat(fd, &status); sys::Failed(result)) {
    diagnostics.LoadErrno(module.path, "cannot stat shared object", sys::Errno(result));
    return false;
  }
  module.file.device = status.st_dev;
  module.file.inode = status.st_ino;
  module.file.size = static_cast<uint64_t>(status.st_size);
  return true;
}

bool ReadModuleHeaders(Diagnostics& diagnostics, int fd, Module& module) {
  const auto fail = [&](const elf::Problem& problem) {
    diagnostics.LoadError(module.path, problem);
    return false;
  };
  alignas(elf::Phdr) std::byte buffer[2048];
  const long got = sys::ReadAt(fd, buffer, sizeof buffer, 0);
  if (sys::Failed(got)) {
    diagnostics.LoadErrno(module.path, "cannot read file data", sys::Errno(got));
    return false;
  }
  elf::Ehdr& header = module.file.header;
  const std::span<const std::byte> bytes(buffer, static_cast<size_t>(got));
  if (elf::Check bad = elf::ReadFileHeader(bytes, module.file.size, header)) return fail(*bad);
  module.map.fixed_address = header.e_type == ET_EXEC;
  if (module.map.fixed_address && module.origin != SIGNET_ORIGIN_PROGRAM) {
    return fail(elf::Sentence("cannot dynamically load executable"));
  }
  const std::span<elf::Phdr> phdrs = ArenaArray<elf::Phdr>(header.e_phnum);
  if (header.e_phoff + phdrs.size_bytes() <= bytes.size()) {
    std::memcpy(phdrs.data(), buffer + header.e_phoff, phdrs.size_bytes());
  } else if (sys::ReadAt(fd, phdrs.data(), phdrs.size_bytes(), header.e_phoff) !=
             static_cast<long>(phdrs.size_bytes())) {
    return fail(elf::Sentence("cannot read file data"));
  }
  const elf::Check bad = elf::ReadProgramHeaders(phdrs, module.file.size, module.map.headers);
  return !bad || fail(*bad);
}

bool MapModule(Diagnostics& diagnostics, int fd, Module& module) {
  if (!Mapper(diagnostics, fd, module).Run()) return false;
  SetRelro(module);
  if (diagnostics.Traces(kTraceFiles)) {
    Line() << "ld-signet: files: " << module.path << ": mapped at " << Hex{module.map.start}
           << " to " << Hex{module.map.end};
  }
  return true;
}

bool DescribeModule(Diagnostics& diagnostics, std::span<const elf::Phdr> phdrs, uint64_t load_bias,
                    Module& module) {
  if (elf::Check bad = elf::ReadProgramHeaders(phdrs, module.file.size, module.map.headers)) {
    diagnostics.LoadError(module.path, *bad);
    return false;
  }
  module.map.image = elf::Image(load_bias, phdrs);
  module.map.start = module.map.image.Resolve(module.map.headers.start);
  module.map.end = module.map.image.Resolve(module.map.headers.end);
  module.map.phdr_address = std::bit_cast<uint64_t>(phdrs.data());
  SetRelro(module);
  return true;
}

void UnmapModule(Module& module) {
  if (module.map.start != module.map.end)
    sys::Unmap(module.map.start, module.map.end - module.map.start);
  module.map.start = module.map.end = 0;
}

void ReserveGaps(const Module& module) {
  uint64_t previous_end = module.map.start;
  for (const elf::Phdr& phdr : elf::LoadSegments(module.map.headers.all)) {
    const uint64_t start = PageDown(module.map.image.Resolve(phdr.p_vaddr));
    if (start > previous_end) {
      // Something may be there already: then it is no gap of ours.
      sys::Map(previous_end, start - previous_end, PROT_NONE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE);
    }
    previous_end = PageUp(module.map.image.Resolve(phdr.p_vaddr + phdr.p_memsz));
  }
}

bool MakeAnonymous(Diagnostics& diagnostics, const Module& module, uint64_t start, uint64_t end) {
  // Piece by piece, by way of the stack: moving a mapping (mremap) costs more.
  char buffer[4 * kPageSize];
  while (start < end) {
    const uint64_t size = end - start < sizeof buffer ? end - start : sizeof buffer;
    std::memcpy(buffer, std::bit_cast<const void*>(start), size);
    const int populate = size >= kPopulateFrom ? MAP_POPULATE : 0;
    const long mapped =
        sys::Map(start, size, kReadWrite, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | populate);
    if (sys::Failed(mapped)) {
      diagnostics.LoadErrno(module.path, "cannot copy relocated data to anonymous memory",
                            sys::Errno(mapped));
      return false;
    }
    std::memcpy(std::bit_cast<void*>(start), buffer, size);
    start += size;
  }
  return true;
}

bool MakeClosedRelroAnonymous(Diagnostics& diagnostics, const Module& module) {
  const uint64_t size = module.map.relro_end - module.map.relro_start;
  if (size == 0) return true;
  const long copy = MapAnywhere(size, kReadWrite, MAP_PRIVATE | MAP_ANONYMOUS);
  if (!sys::Failed(copy)) {
    const auto start = static_cast<uint64_t>(copy);
    std::memcpy(std::bit_cast<void*>(start), std::bit_cast<const void*>(module.map.relro_start),
                size);
    if (!sys::Failed(sys::Protect(start, size, PROT_READ)) &&
        !sys::Failed(sys::Move(start, size, module.map.relro_start))) {
      return true;
    }
    sys::Unmap(start, size);
  }
  diagnostics.LoadErrno(module.path, "cannot copy relocated data to anonymous memory", ENOMEM);
  return false;
}

bool OpenText(Diagnostics& diagnostics, Module& module) {
  const bool first = !module.map.text_anonymous;
  module.map.text_anonymous = true;
  module.map.text_writable = true;
  return ForEachReadOnlySegment(module, [&](uint64_t start, uint64_t end, uint32_t) {
    return first ? MakeAnonymous(diagnostics, module, start, end)
                 : ChangeProtection(diagnostics, module, start, end, kReadWrite);
  });
}

bool CloseText(Diagnostics& diagnostics, Module& module) {
  module.map.text_writable = false;
  return ForEachReadOnlySegment(module, [&](uint64_t start, uint64_t end, uint32_t flags) {
    return ChangeProtection(diagnostics, module, start, end, Protection(flags));
  });
}

bool ProtectRelro(Diagnostics& diagnostics, Module& module) {
  if (module.map.relro_start == module.map.relro_end || !module.map.relro_open) return true;
  module.map.relro_open = false;
  return ChangeProtection(diagnostics, module, module.map.relro_start, module.map.relro_end,
                          PROT_READ);
}

bool OpenRelro(Diagnostics& diagnostics, Module& module) {
  if (module.map.relro_start == module.map.relro_end || module.map.relro_open) return true;
  module.map.relro_open = true;
  return ChangeProtection(diagnostics, module, module.map.relro_start, module.map.relro_end,
                          kReadWrite);
}

int Protection(uint32_t flags) {
  return ((flags & PF_R) != 0 ? PROT_READ : 0) | ((flags & PF_W) != 0 ? PROT_WRITE : 0) |
         ((flags & PF_X) != 0 ? PROT_EXEC : 0);
}

}  // namespace signet

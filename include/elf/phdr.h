// SPDX-License-Identifier: MIT
//
// The ELF header and the program headers: what may be mapped, and where everything else is.
//
// Input: the first bytes of a file, its program headers, its size. Output: a summary in which every
// range has been checked, or the first problem found. It does not map anything and does not look at
// what the segments contain.
//
// A problem that ld.so reports too has ld.so's words, because people search for them.
#pragma once

#include <sys/mman.h>

#include <bit>
#include <cstring>
#include <span>

#include "base/page.h"
#include "elf/diagnostics.h"
#include "elf/image.h"
#include "elf/layout.h"
#include "elf/types.h"

namespace elf {

// User space ends below this address on x86-64 with four-level page tables.
inline constexpr uint64_t kAddressLimit = uint64_t{1} << 47;
inline constexpr uint64_t kMaxTlsAlign = uint64_t{1} << 21;
inline constexpr uint64_t kMaxTlsSize = uint64_t{1} << 30;

// PROT_* of a segment's p_flags.
constexpr int Protection(uint32_t flags) {
  return ((flags & PF_R) != 0 ? PROT_READ : 0) | ((flags & PF_W) != 0 ? PROT_WRITE : 0) |
         ((flags & PF_X) != 0 ? PROT_EXEC : 0);
}

inline bool HasElfMagic(std::span<const std::byte> bytes) {
  return bytes.size() >= SELFMAG && std::memcmp(bytes.data(), ELFMAG, SELFMAG) == 0;
}

// `bytes` are the first bytes of the file, as many as could be read. Copies the header to `header`
// if it is valid.
[[nodiscard]] inline Check ReadFileHeader(std::span<const std::byte> bytes, uint64_t file_size,
                                          Ehdr& header) {
  if (bytes.size() < sizeof(Ehdr)) {
    // A short file that does not begin like ELF is probably a text, not a truncated module.
    return bytes.size() >= SELFMAG && !HasElfMagic(bytes) ? Sentence("invalid ELF header")
                                                          : Sentence("file too short");
  }
  std::memcpy(&header, bytes.data(), sizeof(Ehdr));
  if (!HasElfMagic(bytes)) return Sentence("invalid ELF header");
  const unsigned char* ident = header.e_ident;
  if (ident[EI_CLASS] == ELFCLASS32) return Sentence("wrong ELF class: ELFCLASS32");
  if (ident[EI_CLASS] != ELFCLASS64) {
    return Count("e_ident[EI_CLASS] is ", ident[EI_CLASS], ", expected ", ELFCLASS64);
  }
  if (ident[EI_DATA] != ELFDATA2LSB) return Sentence("ELF file data encoding not little-endian");
  if (ident[EI_VERSION] != EV_CURRENT) {
    return Sentence("ELF file version ident does not match current one");
  }
  if (ident[EI_OSABI] != ELFOSABI_SYSV && ident[EI_OSABI] != ELFOSABI_GNU) {
    return Sentence("ELF file OS ABI invalid");
  }
  if (header.e_version != EV_CURRENT) {
    return Sentence("ELF file version does not match current one");
  }
  if (header.e_machine != EM_X86_64) {
    return Count("e_machine is ", header.e_machine, ", expected ", EM_X86_64);
  }
  if (header.e_type != ET_DYN && header.e_type != ET_EXEC) {
    return Sentence("only ET_DYN and ET_EXEC can be loaded");
  }
  if (header.e_phnum == 0) return Sentence("object file has no loadable segments");
  if (header.e_phentsize != sizeof(Phdr)) {
    return Count("e_phentsize is ", header.e_phentsize, ", expected ", sizeof(Phdr));
  }
  if (header.e_phoff > file_size || header.e_phnum * sizeof(Phdr) > file_size - header.e_phoff) {
    return Address("e_phoff is ", header.e_phoff,
                   ": program headers outside the file, which ends at ", file_size);
  }
  return {};
}

// The segment whose page is at that p_vaddr, or else the last one before it. Null if all lie behind
// it. `phdrs` are laid out (layout.h).
inline const Phdr* SegmentOfPage(std::span<const Phdr> phdrs, uint64_t page) {
  const Phdr* found = nullptr;
  for (const Phdr& phdr : LoadSegments(phdrs)) {
    if (signet::PageDown(phdr.p_vaddr) <= page) found = &phdr;
  }
  return found;
}

// The facts of the program headers, checked. The pointers point into `all`.
struct ProgramHeaders {
  std::span<const Phdr> all;           // as the file has them
  std::span<const Phdr> mapped;        // the same, laid out: what is in memory (layout.h)
  uint64_t start = 0;                  // p_vaddr of the first mapped page
  uint64_t end = 0;                    // p_vaddr right behind the last mapped page
  uint64_t align = signet::kPageSize;  // the strictest that a PT_LOAD asks for
  const Phdr* dynamic = nullptr;
  const Phdr* interp = nullptr;
  const Phdr* tls = nullptr;
  const Phdr* relro = nullptr;
  const Phdr* stack = nullptr;
  const Phdr* eh_frame = nullptr;
};

namespace internal {

[[nodiscard]] inline Check CheckCongruence(const Phdr& load) {
  if ((load.p_vaddr - load.p_offset) % signet::kPageSize == 0) return {};
  return Address("ELF load command address/offset not page-aligned: p_vaddr is ", load.p_vaddr,
                 ", p_offset is ", load.p_offset);
}

[[nodiscard]] inline Check CheckLoad(const Phdr& phdr, uint64_t file_size) {
  if (phdr.p_filesz > phdr.p_memsz) {
    return Address("PT_LOAD p_filesz is ", phdr.p_filesz, ", larger than p_memsz, which is ",
                   phdr.p_memsz);
  }
  // A segment that takes nothing from the file may state any offset.
  if (phdr.p_filesz != 0 &&
      (phdr.p_offset > file_size || phdr.p_filesz > file_size - phdr.p_offset)) {
    return phdr.p_filesz > UINT64_MAX - phdr.p_offset
               ? Address("PT_LOAD p_filesz is ", phdr.p_filesz,
                         ", too large behind p_offset, which is ", phdr.p_offset)
               : Address("PT_LOAD ends at offset ", phdr.p_offset + phdr.p_filesz,
                         ", past the end of the file at ", file_size);
  }
  if (phdr.p_vaddr >= kAddressLimit) {
    return Address("PT_LOAD p_vaddr is ", phdr.p_vaddr, ", expected less than ", kAddressLimit);
  }
  if (phdr.p_memsz > kAddressLimit - phdr.p_vaddr) {
    return Address("PT_LOAD p_memsz is ", phdr.p_memsz, ", expected at most ",
                   kAddressLimit - phdr.p_vaddr);
  }
  if (phdr.p_filesz != 0) return CheckCongruence(phdr);
  return {};
}

[[nodiscard]] inline Check CheckTls(const Phdr& tls, const Image& image) {
  if (tls.p_filesz > tls.p_memsz) {
    return Address("PT_TLS p_filesz is ", tls.p_filesz, ", larger than p_memsz, which is ",
                   tls.p_memsz);
  }
  if (tls.p_align > kMaxTlsAlign || (tls.p_align & (tls.p_align - 1)) != 0) {
    return Address("PT_TLS p_align is ", tls.p_align, ", expected a power of two of at most ",
                   kMaxTlsAlign);
  }
  if (tls.p_memsz > kMaxTlsSize) {
    return Address("PT_TLS p_memsz is ", tls.p_memsz, ", expected at most ", kMaxTlsSize);
  }
  if (tls.p_filesz != 0 && image.Segment(tls.p_vaddr, tls.p_filesz) == nullptr) {
    return Address("PT_TLS p_vaddr is ", tls.p_vaddr,
                   ", outside every readable segment; p_filesz is ", tls.p_filesz);
  }
  return {};
}

// mold begins RELRO at a .tbss, which takes no room in memory, so the segment may begin later. What
// counts is the page.
[[nodiscard]] inline const Phdr* RelroSegment(const Phdr& relro, const Image& image) {
  constexpr uint32_t kWritable = PF_R | PF_W;
  if (const Phdr* segment = image.Segment(relro.p_vaddr, 0, kWritable)) return segment;
  for (const Phdr& phdr : LoadSegments(image.phdrs())) {
    if (phdr.p_vaddr > relro.p_vaddr && FirstPage(phdr) == signet::PageDown(relro.p_vaddr) &&
        (phdr.p_flags & kWritable) == kWritable) {
      return &phdr;
    }
  }
  return nullptr;
}

[[nodiscard]] inline Check CheckRelro(const Phdr& relro, const Image& image) {
  // lld rounds p_memsz up to the page, which may lie behind the end of the segment.
  const Phdr* segment = RelroSegment(relro, image);
  if (segment == nullptr) {
    return Address("PT_GNU_RELRO p_vaddr is ", relro.p_vaddr,
                   ", outside every writable segment; p_memsz is ", relro.p_memsz);
  }
  const uint64_t room = signet::PageUp(segment->p_vaddr + segment->p_memsz) - relro.p_vaddr;
  if (relro.p_memsz > room) {
    return Address("PT_GNU_RELRO p_memsz is ", relro.p_memsz, ", expected at most ", room);
  }
  return {};
}

[[nodiscard]] inline Check CheckDynamic(const Phdr& dynamic, const Image& image) {
  if (image.Segment(dynamic.p_vaddr, dynamic.p_memsz) == nullptr) {
    return Address("PT_DYNAMIC p_vaddr is ", dynamic.p_vaddr,
                   ", outside every readable segment; p_memsz is ", dynamic.p_memsz);
  }
  if (dynamic.p_vaddr % alignof(Dyn) != 0) {
    return Address("PT_DYNAMIC p_vaddr is ", dynamic.p_vaddr, ", expected a multiple of ",
                   alignof(Dyn));
  }
  return {};
}

}  // namespace internal

// What ld.so does not take in a library, although the kernel takes it in a program. ld.so reserves
// memory from the first PT_LOAD in the table to the last one, and what reaches behind that is
// mapped over other modules. `phdrs` have passed ReadProgramHeaders.
[[nodiscard]] inline Check CheckAsLibrary(std::span<const Phdr> phdrs) {
  const Phdr* first = nullptr;
  const Phdr* last = nullptr;
  const Phdr* highest = nullptr;
  for (const Phdr& phdr : phdrs) {
    if (phdr.p_type != PT_LOAD) continue;
    if (Check bad = internal::CheckCongruence(phdr)) return bad;
    if (first == nullptr) first = &phdr;
    if (highest == nullptr || PagesEnd(phdr) > PagesEnd(*highest)) highest = &phdr;
    last = &phdr;
  }
  if (first == last) return {};
  if (const uint64_t end = signet::PageUp(first->p_vaddr + first->p_filesz);
      FirstPage(*last) < end) {
    return Address("p_vaddr of the last PT_LOAD is ", last->p_vaddr,
                   ", expected to be behind the pages of the first, which end at ", end);
  }
  if (PagesEnd(*highest) > PagesEnd(*last)) {
    return Address("the last PT_LOAD ends at ", last->p_vaddr + last->p_memsz,
                   ", below the end of another at ", highest->p_vaddr + highest->p_memsz);
  }
  return {};
}

// `file_size` is UINT64_MAX if the kernel has mapped the module and the file is not open. `room`
// are LayoutRoom(phdrs) program headers; they must stay.
[[nodiscard]] inline Check ReadProgramHeaders(std::span<const Phdr> phdrs, uint64_t file_size,
                                              std::span<Phdr> room, ProgramHeaders& headers) {
  headers = {};
  headers.all = phdrs;
  for (const Phdr& phdr : phdrs) {
    switch (phdr.p_type) {
      case PT_LOAD:
        if (phdr.p_memsz == 0 && phdr.p_filesz == 0) break;
        if (Check bad = internal::CheckLoad(phdr, file_size)) return bad;
        // What is no power of two is no alignment: the kernel and ld.so skip it.
        if ((phdr.p_align & (phdr.p_align - 1)) == 0 && phdr.p_align > headers.align)
          headers.align = phdr.p_align;
        break;
      case PT_DYNAMIC:
        headers.dynamic = &phdr;
        break;
      case PT_INTERP:
        headers.interp = &phdr;
        break;
      case PT_TLS:
        if (phdr.p_memsz != 0) headers.tls = &phdr;
        break;
      case PT_GNU_RELRO:
        if (phdr.p_memsz != 0) headers.relro = &phdr;
        break;
      case PT_GNU_STACK:
        headers.stack = &phdr;
        break;
      case PT_GNU_EH_FRAME:
        headers.eh_frame = &phdr;
        break;
      default:
        break;
    }
  }
  headers.mapped = LayOut(phdrs, file_size, room);
  for (const Phdr& phdr : LoadSegments(headers.mapped)) {
    if (headers.end == 0) headers.start = FirstPage(phdr);
    headers.end = PagesEnd(phdr);
  }
  if (headers.end == 0) return Sentence("object file has no loadable segments");
  const Image image(0, headers.mapped);
  if (headers.tls != nullptr) {
    if (Check bad = internal::CheckTls(*headers.tls, image)) return bad;
  }
  if (headers.relro != nullptr) {
    if (Check bad = internal::CheckRelro(*headers.relro, image)) return bad;
  }
  if (headers.dynamic != nullptr) {
    if (Check bad = internal::CheckDynamic(*headers.dynamic, image)) return bad;
  }
  if (headers.interp != nullptr &&
      image.Segment(headers.interp->p_vaddr, headers.interp->p_memsz) == nullptr) {
    return Address("PT_INTERP p_vaddr is ", headers.interp->p_vaddr,
                   ", outside every readable segment; p_memsz is ", headers.interp->p_memsz);
  }
  return {};
}

}  // namespace elf

// SPDX-License-Identifier: MIT
#include "sealer/backend/guard_rules.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/uio.h>

#include <algorithm>

#include "base/page.h"
#include "base/syscall.h"
#include "elf/types.h"
#include "sealer/backend/guard_page_sizes.h"
#include "sealer/discarding_advice.h"
#include "sealer/mappings.h"
#include "sealer/sealed_ranges.h"

namespace signet {
namespace {

// The kernel's half of the address space: page-aligned, and no process has anything there.
constexpr uint64_t kNowhere = 0xffff'8000'0000'0000;

constexpr uint64_t RoundUp(uint64_t size, uint64_t page) { return (size + page - 1) & -page; }

// [start, start + size) in whole pages. Empty if the kernel refuses such numbers in any case.
struct Pages {
  uint64_t start = 0;
  uint64_t end = 0;

  Pages(uint64_t first, uint64_t size, uint64_t page = kPageSize) {
    const uint64_t behind = first + RoundUp(size, page);
    if (first % kPageSize != 0 || behind <= first) return;
    start = first;
    end = behind;
  }
};

// The pages that the break can take away on its way from `end` to `start`.
Pages Between(uint64_t start, uint64_t end) {
  const uint64_t first = PageUp(start);
  return {first, end > first ? end - first : 0};
}

bool Touches(const Pages& pages) {
  SealedRange sealed;
  return pages.start < pages.end && FindSealed(pages.start, pages.end, sealed);
}

// Whether this thread can write. It tries an atomic "or 0" by the kernel, which changes no byte and
// respects protection keys. A page that was not present is present then. A page with
// MADV_GUARD_INSTALL never becomes present. For such memory, MADV_POPULATE_WRITE is tried: it
// answers EINVAL if the memory may not be written, and EFAULT if its pages cannot be made present.
bool CanWrite(uint64_t address) {
  uint32_t unused = 0;
  const long result = sys::Call(__NR_futex, &unused, FUTEX_WAKE_OP_PRIVATE, 0, 0, address,
                                FUTEX_OP(FUTEX_OP_OR, 0, FUTEX_OP_CMP_EQ, 0));
  return !sys::Failed(result) ||
         sys::Call(__NR_madvise, PageDown(address), kPageSize, MADV_POPULATE_WRITE) == -EFAULT;
}

// The same rule as can_madvise_modify in the kernel's mm/madvise.c.
bool MayDiscard(const SealedRange& sealed, uint64_t from) {
  if (!sealed.Has(kAnonymous)) return true;
  return sealed.Has(kWritable) && CanWrite(std::max(sealed.start, from));
}

// The first sealed range in `pages` whose pages must not be discarded.
bool FindUndiscardable(const Pages& pages, SealedRange& sealed) {
  for (uint64_t at = pages.start; at < pages.end && FindSealed(at, pages.end, sealed);
       at = sealed.end) {
    if (!MayDiscard(sealed, at)) return true;
  }
  return false;
}

// Discards what lies before a sealed range, and returns the error for the whole. The kernel reports
// holes last.
long DiscardUpTo(const SealedRange& sealed, uint64_t start, long advice) {
  if (sealed.start <= start) return -EPERM;
  const long before = sys::Call(__NR_madvise, start, sealed.start - start, advice);
  return sys::Failed(before) && before != -ENOMEM ? before : -EPERM;
}

// Whether shared memory can never have the protection, because of the way in which its file was
// opened. The answer comes from a second mapping of the same memory, which is removed again.
bool IsBeyondFile(const SealedRange& sealed, uint64_t address, long protection) {
  if (!sealed.Has(kShared)) return false;
  const long copy = sys::Call(__NR_mremap, address, 0, kPageSize, MREMAP_MAYMOVE);
  if (sys::Failed(copy)) return false;
  const long result = sys::Call(__NR_mprotect, copy, kPageSize, protection);
  sys::Unmap(static_cast<uint64_t>(copy), kPageSize);
  return result == -EACCES;
}

// Whether a mapping of the file is refused because of the way in which it was opened.
bool IsBeyondDescriptor(long protection, long flags, long fd) {
  if ((flags & MAP_ANONYMOUS) != 0) return false;
  const long opened = sys::Call(__NR_fcntl, fd, F_GETFL);
  if (sys::Failed(opened)) return false;
  const long type = flags & MAP_TYPE;
  const bool is_shared = type == MAP_SHARED || type == MAP_SHARED_VALIDATE;
  const long access = opened & O_ACCMODE;
  return access == O_WRONLY || (access == O_RDONLY && is_shared && (protection & PROT_WRITE) != 0);
}

bool HasTarget(long remap_flags) { return (remap_flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) != 0; }

// Whether mremap answers EINVAL, whatever is mapped. Sizes are in whole pages.
bool IsWrongRemap(uint64_t old_start, uint64_t old_size, uint64_t new_size, long flags,
                  uint64_t new_start) {
  constexpr long kKnown = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;
  if ((flags & ~kKnown) != 0 || old_start % kPageSize != 0 || new_size == 0) return true;
  if (!HasTarget(flags)) return false;
  const bool overlap = new_start < old_start + old_size && old_start < new_start + new_size;
  return (flags & MREMAP_MAYMOVE) == 0 || new_start % kPageSize != 0 || overlap ||
         ((flags & MREMAP_DONTUNMAP) != 0 && old_size != new_size);
}

// Finds the mapping that holds `address`. False if there is none, or if /proc cannot be read.
bool FindMapping(uint64_t address, Mapping& mapping) {
  MappingReader reader;
  while (reader.Next(mapping)) {
    if (address < mapping.end) return mapping.start <= address;
  }
  return false;
}

// Why mremap cannot move the range as a whole: an errno, or 0. Such a range must be one mapping,
// and a sealed range is always a mapping of its own.
int WhyNotToMove(uint64_t start, uint64_t size) {
  Mapping mapping;
  if (Touches({start, size})) return EFAULT;
  if (!FindMapping(start, mapping)) return 0;
  if (size == 0) return (mapping.facts & kShared) != 0 ? 0 : EINVAL;
  return mapping.end - start < size ? EFAULT : 0;
}

// How much of [start, start + size) the kernel would move before it reached something sealed. It
// moves whole mappings.
uint64_t SizeToMove(uint64_t start, uint64_t size, uint64_t new_start) {
  SealedRange sealed;
  if (FindSealed(start, start + size, sealed)) size = sealed.start - start;
  if (!Touches({new_start, size})) return size;
  MappingReader reader;
  Mapping mapping;
  while (reader.Next(mapping) && mapping.start < start + size) {
    if (mapping.end <= start) continue;
    const uint64_t first = std::max(mapping.start, start);
    const uint64_t last = std::min(mapping.end, start + size);
    if (Touches({new_start + (first - start), last - first})) return first - start;
  }
  return reader.ok() ? size : 0;
}

// mremap to a fixed address without a change of size. Only this form accepts several mappings, and
// moves one after the other. Before Linux 6.17 it accepts one, and the kernel itself refuses more.
Verdict MoveMappings(uint64_t start, uint64_t size, long flags, uint64_t new_start) {
  const uint64_t moved = SizeToMove(start, size, new_start);
  if (moved == 0) return Verdict::Refuse(-EPERM);
  const long result = sys::Call(__NR_mremap, start, moved, moved, flags, new_start);
  return Verdict::Refuse(sys::Failed(result) || moved == size ? result : -EPERM);
}

// Visits the mappings of the shared memory segment that is attached at `address`. Like shmdt, it
// recognises them by their offsets.
template <typename Visit>
void ForEachAttached(uint64_t address, Visit visit) {
  MappingReader reader;
  Mapping mapping;
  uint64_t inode = 0;
  while (reader.Next(mapping)) {
    if (mapping.start < address || mapping.offset != mapping.start - address ||
        !mapping.is_segment || (inode != 0 && mapping.inode != inode)) {
      continue;
    }
    inode = mapping.inode;
    visit(mapping);
  }
}

}  // namespace

Verdict JudgeUnmap(uint64_t start, uint64_t size) {
  return Touches({start, size}) ? Verdict::Refuse(-EPERM) : Verdict();
}

Verdict JudgeProtect(uint64_t start, uint64_t size, long protection, long key) {
  const Pages pages(start, size);
  SealedRange sealed;
  if (pages.start == pages.end || !FindSealed(pages.start, pages.end, sealed)) return {};
  const auto protect = [&](uint64_t from, uint64_t bytes) {
    return key == -1 ? sys::Call(__NR_mprotect, from, bytes, protection)
                     : sys::Call(__NR_pkey_mprotect, from, bytes, protection, key);
  };
  if (sealed.start > start) {
    const long before = protect(start, sealed.start - start);
    if (sys::Failed(before)) return Verdict::Refuse(before);
  } else if (protect(kNowhere, kPageSize) == -EINVAL) {
    return Verdict::Refuse(-EINVAL);
  }
  const uint64_t at = std::max(sealed.start, start);
  return Verdict::Refuse(IsBeyondFile(sealed, at, protection) ? -EACCES : -EPERM);
}

// If the flags name no type of mapping, the kernel itself answers EINVAL. Otherwise the kernel is
// asked for a mapping that replaces nothing. It then finds all other errors, except those that it
// would find in the file afterwards. The size of pages matters only if something sealed is near.
Verdict JudgeMap(uint64_t start, uint64_t size, long protection, long flags, long fd,
                 uint64_t offset) {
  if ((flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) != MAP_FIXED || (flags & MAP_TYPE) == 0 ||
      !Touches({start, size, kLargestPage})) {
    return {};
  }
  const Pages pages(start, size, PageSizeOfRequest(flags, fd));
  if (!Touches(pages)) return {};
  const long result =
      sys::Call(__NR_mmap, start, size, protection, flags | MAP_FIXED_NOREPLACE, fd, offset);
  if (!sys::Failed(result)) {  // nothing is mapped there: the program has unmapped it by a system
                               // call of its own
    sys::Unmap(static_cast<uint64_t>(result), pages.end - pages.start);
    return Verdict::Refuse(-EPERM);
  }
  if (result != -EEXIST) return Verdict::Refuse(result);
  return Verdict::Refuse(IsBeyondDescriptor(protection, flags, fd) ? -EACCES : -EPERM);
}

// The kernel checks the first mapping, and others only if it removes something from them. The order
// is that of Linux 6.17 and later. Earlier kernels check first whether the source is sealed, and
// unmap the target before they check the rest of the source. Huge pages, which are the last ones if
// there are other mappings before them, move as a whole.
Verdict JudgeRemap(uint64_t old_start, uint64_t old_size, uint64_t new_size, long flags,
                   uint64_t new_start) {
  const bool is_fixed = (flags & MREMAP_FIXED) != 0;
  const uint64_t page = is_fixed && Touches({new_start, new_size, kLargestPage})
                            ? PageSizeAt(old_start + old_size - (old_size == 0 ? 0 : 1))
                            : kPageSize;
  const uint64_t size = RoundUp(old_start + old_size, page) - old_start;
  const uint64_t kept = RoundUp(old_start + new_size, page) - old_start;
  const bool touches_target = is_fixed && Touches({new_start, kept});
  // Size 0 asks for a second mapping of the same shared pages.
  if (!touches_target && !Touches({old_start, size == 0 ? kPageSize : size})) return {};
  if (IsWrongRemap(old_start, size, kept, flags, new_start)) return Verdict::Refuse(-EINVAL);
  if (Touches({old_start, kPageSize})) return Verdict::Refuse(-EPERM);
  if (!IsMapped(old_start, old_start + kPageSize)) return Verdict::Refuse(-EFAULT);
  if (is_fixed && kept == size) return MoveMappings(old_start, size, flags, new_start);
  const bool touches_rest = kept < size && Touches({old_start + kept, size - kept});
  if (!HasTarget(flags) && kept <= size) return touches_rest ? Verdict::Refuse(-EPERM) : Verdict();
  if (const int error = WhyNotToMove(old_start, std::min(size, kept)))
    return Verdict::Refuse(-error);
  // The target is fixed, and is unmapped before the rest of the source is checked, unless the
  // target is sealed.
  const long taken = touches_target ? -EPERM : sys::Unmap(new_start, kept);
  return Verdict::Refuse(sys::Failed(taken) ? taken : -EPERM);
}

Verdict JudgeAdvise(uint64_t start, uint64_t size, long advice) {
  if (!IsDiscardingAdvice(advice)) return {};
  const Pages pages(start, size);
  SealedRange sealed;
  if (!FindUndiscardable(pages, sealed)) return {};
  if (sealed.start > start) return Verdict::Refuse(DiscardUpTo(sealed, start, advice));
  const bool is_unknown = sys::Call(__NR_madvise, kNowhere, kPageSize, advice) == -EINVAL;
  return Verdict::Refuse(is_unknown ? -EINVAL : -EPERM);
}

// The kernel takes one range after the other, and returns the number of bytes that it has handled
// when it stops. It returns an error only if that number is 0.
Verdict JudgeProcessAdvise(long process, const iovec* ranges, size_t count, long advice,
                           long flags) {
  constexpr size_t kMostRanges = 1024;  // UIO_MAXIOV
  if (!IsDiscardingAdvice(advice) || count > kMostRanges) return {};
  bool is_aligned = true;
  uint64_t before = 0;  // bytes
  for (size_t i = 0; i < count; ++i) {
    // The kernel reads it, because the address may be wrong.
    iovec range = {};
    const iovec local = {&range, sizeof range};
    const iovec remote = {const_cast<iovec*>(ranges + i), sizeof range};
    const long read = sys::Call(__NR_process_vm_readv, sys::GetPid(), &local, 1, &remote, 1, 0);
    if (read == -EFAULT) return {};
    SealedRange sealed;
    const bool readable = read == static_cast<long>(sizeof range);
    const auto start = std::bit_cast<uint64_t>(range.iov_base);
    if (readable && !FindUndiscardable({start, range.iov_len}, sealed)) {
      is_aligned &= start % kPageSize == 0;
      before += range.iov_len;
      continue;
    }
    // If the ranges before it are all empty, the kernel handles nothing, and only their alignment
    // counts. A call without ranges shows whether it accepts such advice from this caller.
    const long result = sys::Call(__NR_process_madvise, process, ranges, i, advice, flags);
    if (!is_aligned || !readable || result != static_cast<long>(before))
      return Verdict::Refuse(result != 0 ? result : is_aligned ? -EPERM : -EINVAL);
    const long error = DiscardUpTo(sealed, start, advice);
    return Verdict::Refuse(result != 0 ? result : error);
  }
  return {};
}

// The kernel checks the mapping first, and refuses a private one in any case.
Verdict JudgeRemapFilePages(uint64_t start, uint64_t size, long protection) {
  const uint64_t first = PageDown(start);
  const uint64_t behind = first + PageDown(size);
  SealedRange sealed;
  if (protection != 0 || behind <= first || !FindSealed(first, behind, sealed)) return {};
  if (sealed.start <= first && !sealed.Has(kShared)) return {};
  return Verdict::Refuse(-EPERM);
}

Verdict JudgeAttach(long id, uint64_t address, long flags) {
  if ((flags & SHM_REMAP) == 0 || address == 0) return {};
  shmid_ds segment = {};
  if (sys::Failed(sys::Call(__NR_shmctl, id, IPC_STAT, &segment)))
    return {};  // then shmat fails, too
  if ((flags & SHM_RND) != 0) address = PageDown(address);
  if (!Touches({address, segment.shm_segsz, kLargestPage})) return {};
  // The size is as it was asked for. Only where it is attached the segment shows its pages.
  const long elsewhere = sys::Call(__NR_shmat, id, 0, flags & ~(SHM_REMAP | SHM_RND));
  if (sys::Failed(elsewhere)) return Verdict::Refuse(elsewhere);
  const uint64_t page = PageSizeAt(static_cast<uint64_t>(elsewhere));
  sys::Call(__NR_shmdt, elsewhere);
  if (address % page != 0) return Verdict::Refuse(-EINVAL);
  return Touches({address, segment.shm_segsz, page}) ? Verdict::Refuse(-EPERM) : Verdict();
}

// The kernel unmaps the parts of the segment that are not sealed, skips the sealed parts, and
// returns success.
Verdict JudgeDetach(uint64_t address) {
  SealedRange sealed;
  bool found = false;
  for (uint64_t at = address; !found && FindSealed(at, kNowhere, sealed); at = sealed.end)
    found = sealed.Has(kShared);
  if (!found || address % kPageSize != 0) return {};
  bool touches = false;
  ForEachAttached(address, [&](const Mapping& mapping) {
    touches |= Touches({mapping.start, mapping.end - mapping.start});
  });
  if (!touches) return {};
  ForEachAttached(address, [](const Mapping& mapping) {
    SealedRange kept;
    uint64_t at = mapping.start;
    while (FindSealed(at, mapping.end, kept)) {
      if (kept.start > at) sys::Unmap(at, kept.start - at);
      at = kept.end;
    }
    if (at < mapping.end) sys::Unmap(at, mapping.end - at);
  });
  return Verdict::Refuse(0);
}

Verdict JudgeBreak(uint64_t address) {
  SealedRange sealed;
  if (address == 0 || !FindSealed(PageDown(address), kNowhere, sealed)) return {};
  const auto current = static_cast<uint64_t>(sys::Call(__NR_brk, 0));
  if (address >= current || !FindSealed(PageUp(address), PageUp(current), sealed)) return {};
  return Verdict::Refuse(static_cast<long>(current));
}

// The kernel moves its break wherever it is told. A brk below that unmaps, also one of libc's own,
// whose idea of the break is the old one. So it must not go up, and nothing that is sealed may lie
// between its new ends.
Verdict JudgeControl(long option, uint64_t what, uint64_t value, uint64_t size, uint64_t rest) {
  if (option != PR_SET_MM) return {};
  const auto current = static_cast<uint64_t>(sys::Call(__NR_brk, 0));
  if (what == PR_SET_MM_BRK) return value > current ? Verdict::Refuse(-EPERM) : Verdict();
  if (what == PR_SET_MM_START_BRK)
    return Touches(Between(value, current)) ? Verdict::Refuse(-EPERM) : Verdict();
  prctl_mm_map map = {};
  if (what != PR_SET_MM_MAP || size != sizeof map) return {};
  // The kernel reads it, because the address may be wrong. It gets the copy that is judged.
  const iovec local = {&map, sizeof map};
  const iovec remote = {std::bit_cast<void*>(value), sizeof map};
  const long read = sys::Call(__NR_process_vm_readv, sys::GetPid(), &local, 1, &remote, 1, 0);
  if (read != static_cast<long>(sizeof map)) return Verdict::Refuse(-EFAULT);
  if (map.brk > current || Touches(Between(map.start_brk, map.brk))) return Verdict::Refuse(-EPERM);
  return Verdict::Refuse(sys::Call(__NR_prctl, option, what, &map, size, rest));
}

// The kernel unmaps as many pages as the ring was made with, from where its first page is now. The
// program may have moved that page alone, or have unmapped others. So the ring is taken to a place
// that has room for the largest one, and destroyed there.
Verdict JudgeDestroyRing(uint64_t ring) {
  constexpr uint64_t kLargestRing = (uint64_t{1} << 28) + kPageSize;
  Mapping mapping;
  if (!Touches({ring, kLargestRing}) || !IsMapped(ring, ring + kPageSize)) return {};
  if (!FindMapping(ring, mapping)) return Verdict::Refuse(-EPERM);
  const uint64_t size = std::min(mapping.end - ring, kLargestRing);
  if (Touches({ring, size})) return Verdict::Refuse(-EPERM);
  const long place =
      sys::Map(0, kLargestRing, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE);
  if (sys::Failed(place)) return Verdict::Refuse(place);
  const auto target = static_cast<uint64_t>(place);
  long result = sys::Move(ring, size, target);
  if (!sys::Failed(result)) {
    result = sys::Call(__NR_io_destroy, target);
    if (sys::Failed(result)) sys::Move(target, size, ring);  // it is no ring
  }
  sys::Unmap(target, kLargestRing);
  return Verdict::Refuse(result);
}

Verdict JudgeSystemCall(long number, const long (&arguments)[6]) {
  // The kernel reads 32 bits. Bit 30 means the x32 ABI, which has the same calls.
  constexpr uint32_t kX32 = uint32_t{1} << 30;
  const auto at = [&arguments](size_t i) { return static_cast<uint64_t>(arguments[i]); };
  const auto number_of = [&arguments](size_t i) { return long{static_cast<int>(arguments[i])}; };
  switch (static_cast<uint32_t>(number) & ~kX32) {
    case __NR_munmap:
      return JudgeUnmap(at(0), at(1));
    case __NR_mprotect:
      return JudgeProtect(at(0), at(1), arguments[2], -1);
    case __NR_pkey_mprotect:
      return JudgeProtect(at(0), at(1), arguments[2], number_of(3));
    case __NR_mmap:
      return JudgeMap(at(0), at(1), arguments[2], arguments[3], arguments[4], at(5));
    case __NR_mremap:
      return JudgeRemap(at(0), at(1), at(2), arguments[3], at(4));
    case __NR_madvise:
      return JudgeAdvise(at(0), at(1), number_of(2));
    case __NR_process_madvise:
      return JudgeProcessAdvise(number_of(0), std::bit_cast<const iovec*>(arguments[1]), at(2),
                                number_of(3), number_of(4));
    case __NR_remap_file_pages:
      return JudgeRemapFilePages(at(0), at(1), arguments[2]);
    case __NR_shmat:
      return JudgeAttach(number_of(0), at(1), number_of(2));
    case __NR_shmdt:
      return JudgeDetach(at(0));
    case __NR_brk:
      return JudgeBreak(at(0));
    case __NR_io_destroy:
      return JudgeDestroyRing(at(0));
    case __NR_prctl:
      return JudgeControl(number_of(0), at(1), at(2), at(3), at(4));
    default:
      return {};
  }
}

}  // namespace signet

// SPDX-License-Identifier: MIT
#include "sealer/attack/operations.h"

#include <errno.h>
#include <linux/memfd.h>
#include <sys/ipc.h>
#include <sys/prctl.h>
#include <sys/shm.h>

#include <algorithm>

#include "base/page.h"
#include "base/syscall.h"
#include "elf/types.h"
#include "sealer/discarding_advice.h"
#include "sealer/mappings.h"

namespace signet {
namespace {

constexpr int kReadWrite = PROT_READ | PROT_WRITE;

constexpr int kGuardRemove = 103;  // MADV_GUARD_REMOVE, Linux 6.13

using enum AttackCall;
using enum AttackPart;

constexpr AttackOperation kOperations[] = {
    {kMprotect, kWhole, PROT_NONE},
    {kMprotect, kWhole, PROT_READ},
    {kMprotect, kWhole, PROT_WRITE},
    {kMprotect, kWhole, kReadWrite},
    {kMprotect, kWhole, PROT_EXEC},
    {kMprotect, kWhole, PROT_READ | PROT_EXEC},
    {kMprotect, kWhole, PROT_WRITE | PROT_EXEC},
    {kMprotect, kWhole, kReadWrite | PROT_EXEC},
    {kMprotect, kFirst, kReadWrite},
    {kMprotect, kMiddle, kReadWrite},
    {kMprotect, kLast, kReadWrite},
    {kMprotect, kSpan, kReadWrite},
    {kPkeyMprotect, kWhole, 0},
    {kPkeyMprotect, kWhole, 1},
    {kMunmap, kWhole, 0},
    {kMunmap, kFirst, 0},
    {kMunmap, kMiddle, 0},
    {kMunmap, kLast, 0},
    {kMunmap, kSpan, 0},
    {kMapFixed, kWhole, 0},
    {kMapFixed, kFirst, 0},
    {kMapFixed, kMiddle, 0},
    {kMapFixed, kLast, 0},
    {kMapFixed, kSpan, 0},
    {kMap64Fixed, kWhole, 0},
    {kMapNoReplace, kWhole, 0},
    {kRemapAway, kWhole, 0},
    {kRemapAway, kFirst, 0},
    {kRemapGrow, kWhole, 0},
    {kRemapShrink, kWhole, 0},
    {kRemapSame, kWhole, 0},
    {kRemapOnto, kWhole, 0},
    {kRemapOnto, kFirst, 0},
    {kRemapOnto, kSpan, 0},
    {kRemapKeep, kWhole, 0},
    {kMadvise, kWhole, MADV_DONTNEED},
    {kMadvise, kFirst, MADV_DONTNEED},
    {kMadvise, kSpan, MADV_DONTNEED},
    {kMadvise, kWhole, kMadviseDontneedLocked},
    {kMadvise, kWhole, MADV_FREE},
    {kMadvise, kWhole, MADV_REMOVE},
    {kMadvise, kWhole, MADV_DONTFORK},
    {kMadvise, kWhole, MADV_WIPEONFORK},
    {kMadvise, kWhole, kMadviseGuardInstall},
    {kProcessMadvise, kWhole, MADV_DONTNEED},
    {kRemapFilePages, kWhole, 0},
    {kShmat, kFirst, 0},
    {kMapHuge, kWhole, 0},
    {kMapHugeFile, kWhole, 0},
    {kMprotectAlias, kWhole, 0},
    {kMunmapAlias, kWhole, 0},
    {kMapAlias, kWhole, 0},
    {kBrk, kWhole, 0},
    {kMoveBreak, kWhole, 0},
    {kSelfMem, kLast, 0},
    {kProcessVm, kLast, 0},
    {kUserfault, kFirst, 0},
    {kRemoteMadvise, kWhole, MADV_DONTNEED},
    {kRemoteMadvise, kWhole, MADV_PAGEOUT},
    {kRemoteMadvise, kWhole, kMadviseCollapse},
    {kIoUring, kWhole, MADV_DONTNEED},
};

[[gnu::cold]] uint64_t NewPages(uint64_t size) {
  const long pages = sys::Map(0, size, kReadWrite, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE);
  return sys::Failed(pages) ? 0 : static_cast<uint64_t>(pages);
}

// One page of shared memory. It is freed with the last process that has it attached.
[[gnu::cold]] int NewSharedMemory() {
  const long id = sys::Call(__NR_shmget, IPC_PRIVATE, kPageSize, IPC_CREAT | 0600);
  if (sys::Failed(id)) return -1;
  sys::Call(__NR_shmat, id, 0, 0);
  sys::Call(__NR_shmctl, id, IPC_RMID, 0);
  return static_cast<int>(id);
}

// A file of huge pages, or -1.
[[gnu::cold]] int NewHugeFile() {
  const long file = sys::Call(__NR_memfd_create, "", MFD_CLOEXEC | MFD_HUGETLB | MFD_HUGE_2MB);
  return sys::Failed(file) ? -1 : static_cast<int>(file);
}

// Other names of libc's functions, which make the same calls.
constexpr bool IsAlias(AttackCall call) {
  return call == kMap64Fixed || (call >= kMprotectAlias && call <= kMapAlias);
}

[[gnu::cold]] bool Discards(const AttackOperation& operation) {
  if (operation.call == kMadvise)
    return operation.argument != MADV_DONTFORK && operation.argument != MADV_WIPEONFORK;
  return operation.call == kProcessMadvise || operation.call == kIoUring ||
         (operation.call == kRemoteMadvise && IsDiscardingAdvice(operation.argument));
}

// Makes sure that there is a page beside a range, during an attack that reaches beyond the range.
// If nothing is mapped there, it maps a page.
class Neighbour {
 public:
  [[gnu::cold]] explicit Neighbour(uint64_t page) : page_(page) {
    const long result =
        sys::Map(page, kPageSize, kReadWrite, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE);
    is_new_ = !sys::Failed(result) && static_cast<uint64_t>(result) == page;
  }
  Neighbour(const Neighbour&) = delete;
  Neighbour& operator=(const Neighbour&) = delete;
  [[gnu::cold]] ~Neighbour() {
    if (is_new_) sys::Unmap(page_, kPageSize);
  }

 private:
  uint64_t page_;
  bool is_new_ = false;
};

}  // namespace

std::span<const AttackOperation> AttackOperations() { return kOperations; }

Attacker::Attacker(const AttackMeans& means, std::span<const signet_ledger_entry> targets)
    : means_(means),
      targets_(targets),
      shared_memory_(NewSharedMemory()),
      huge_file_(NewHugeFile()),
      key_(sys::Call(__NR_pkey_alloc, 0, 0)) {}

// Whether a page is under attack itself, and is not written by the attacker's own functions.
bool Attacker::IsConstantTarget(uint64_t page) const {
  const auto* behind = std::upper_bound(
      targets_.data(), targets_.data() + targets_.size(), page,
      [](uint64_t address, const signet_ledger_entry& entry) { return address < entry.start; });
  return behind != targets_.data() && page < behind[-1].end && behind[-1].kind != SIGNET_KIND_DATA;
}

Attacker::Pages Attacker::PartOf(AttackPart part, const signet_ledger_entry& target) const {
  constexpr uint64_t kPage = kPageSize;
  const uint64_t size = target.end - target.start;
  switch (part) {
    case kFirst:
      return {target.start, kPage};
    case kMiddle:
      return {target.start + size / kPage / 2 * kPage, kPage};
    case kLast:
      return {target.end - kPage, kPage};
    case kSpan: {
      // A page beside the range is left out if it is in use and not sealed, because harm to it
      // proves nothing.
      const auto includes = [this](uint64_t page) {
        return IsConstantTarget(page) || !IsMapped(page, page + kPage);
      };
      const uint64_t before = includes(target.start - kPage) ? kPage : 0;
      const uint64_t behind = includes(target.end) ? kPage : 0;
      return {target.start - before, before + size + behind};
    }
    default:
      return {target.start, size};
  }
}

bool Attacker::Applies(const AttackOperation& operation, AttackWay way,
                       const signet_ledger_entry& target) const {
  const uint64_t pages = (target.end - target.start) / kPageSize;
  if (way != AttackWay::kInline) {
    if (IsWayAround(operation.call) || operation.call == kBrk) return false;
    const uint64_t function = way == AttackWay::kSyscall
                                  ? means_.syscall
                                  : means_.functions[static_cast<size_t>(operation.call)];
    if (function == 0 || means_.errno_location == 0) return false;
  }
  if (IsAlias(operation.call)) return way == AttackWay::kCall;
  if (operation.call == kPkeyMprotect) return operation.argument == 0 || key_ >= 0;
  if (operation.call == kRemapShrink) return pages > 1;
  if (operation.call == kShmat) return shared_memory_ >= 0;
  if (operation.call == kBrk) return target.start < static_cast<uint64_t>(sys::Call(__NR_brk, 0));
  if (IsWayAround(operation.call)) return true;
  if (operation.part == kMiddle) return pages > 2;
  if (operation.part == kSpan) return PartOf(kSpan, target).size > target.end - target.start;
  return operation.part == kWhole || pages > 1;
}

Attacker::SystemCall Attacker::Prepare(const AttackOperation& operation, const Pages& pages) {
  const auto start = static_cast<long>(pages.start);
  const auto size = static_cast<long>(pages.size);
  constexpr auto kPage = static_cast<long>(kPageSize);
  constexpr long kMapFlags = MAP_PRIVATE | MAP_ANONYMOUS;
  // Nobody can read the new pages, so a child that has lost its own memory does not go on.
  constexpr long kHugeFlags = MAP_PRIVATE | MAP_NORESERVE | MAP_FIXED;
  constexpr long kHugePage = long{1} << 21;
  switch (operation.call) {
    case kMprotect:
      return {__NR_mprotect, {start, size, operation.argument}};
    case kPkeyMprotect:
      return {__NR_pkey_mprotect, {start, size, kReadWrite, operation.argument == 0 ? -1 : key_}};
    case kMprotectAlias:
      return {__NR_mprotect, {start, size, kReadWrite}};
    case kMunmap:
    case kMunmapAlias:
      return {__NR_munmap, {start, size}};
    case kMapFixed:
    case kMap64Fixed:
    case kMapAlias:
      return {__NR_mmap, {start, size, kReadWrite, kMapFlags | MAP_FIXED, -1, 0}};
    case kMapNoReplace:
      return {__NR_mmap, {start, size, kReadWrite, kMapFlags | MAP_FIXED_NOREPLACE, -1, 0}};
    case kMapHuge:
      return {__NR_mmap,
              {start & -kHugePage, kPage, PROT_NONE,
               kHugeFlags | MAP_ANONYMOUS | MAP_HUGETLB | static_cast<long>(MFD_HUGE_2MB), -1, 0}};
    case kMapHugeFile:
      return {__NR_mmap, {start & -kHugePage, kPage, PROT_NONE, kHugeFlags, huge_file_, 0}};
    case kMoveBreak:
      break_.Set(pages.start, pages.start + pages.size);
      return {__NR_prctl,
              {PR_SET_MM, PR_SET_MM_MAP, sys::ToRegister(&break_.map()), sizeof break_.map(), 0}};
    case kRemapAway:
      scratch_ = {NewPages(pages.size), pages.size};
      return {
          __NR_mremap,
          {start, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, static_cast<long>(scratch_.start)}};
    case kRemapGrow:
      return {__NR_mremap, {start, size, size + kPage, MREMAP_MAYMOVE, 0}};
    case kRemapShrink:
      return {__NR_mremap, {start, size, size - kPage, 0, 0}};
    case kRemapSame:
      return {__NR_mremap, {start, size, size, 0, 0}};
    case kRemapOnto:
      scratch_ = {NewPages(pages.size), pages.size};
      return {
          __NR_mremap,
          {static_cast<long>(scratch_.start), size, size, MREMAP_MAYMOVE | MREMAP_FIXED, start}};
    case kRemapKeep:
      return {__NR_mremap, {start, size, size, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0}};
    case kMadvise:
      return {__NR_madvise, {start, size, operation.argument}};
    case kProcessMadvise:
      vector_ = {pages.start, pages.size};
      if (process_ < 0) process_ = static_cast<int>(sys::Call(__NR_pidfd_open, sys::GetPid(), 0));
      return {__NR_process_madvise,
              {process_, sys::ToRegister(&vector_), 1, operation.argument, 0}};
    case kRemapFilePages:
      return {__NR_remap_file_pages, {start, size, 0, 0, 0}};
    default:
      return {__NR_shmat, {shared_memory_, start, SHM_REMAP}};
  }
}

// libc's functions have the arguments of the system calls, in the same order.
long Attacker::Invoke(AttackCall call, AttackWay way, const SystemCall& system_call) const {
  using Function = long(long, long, long, long, long, long);
  using SyscallFunction = long(long, long, long, long, long, long, long);
  const long* a = system_call.arguments;
  if (way == AttackWay::kInline)
    return sys::Call(system_call.number, a[0], a[1], a[2], a[3], a[4], a[5]);
  const long result = way == AttackWay::kCall
                          ? std::bit_cast<Function*>(means_.functions[static_cast<size_t>(call)])(
                                a[0], a[1], a[2], a[3], a[4], a[5])
                          : std::bit_cast<SyscallFunction*>(means_.syscall)(
                                system_call.number, a[0], a[1], a[2], a[3], a[4], a[5]);
  // Some functions return an int, and then the upper half of the register may be anything. No
  // address ends in these digits.
  if (static_cast<int>(result) != -1) return result;
  return -*std::bit_cast<int* (*)()>(means_.errno_location)();
}

// If brk fails, it returns the unchanged end.
long Attacker::LowerBreak(uint64_t end) {
  const long before = sys::Call(__NR_brk, 0);
  return sys::Call(__NR_brk, end) == before ? -EPERM : 0;
}

long Attacker::Run(const AttackOperation& operation, AttackWay way,
                   const signet_ledger_entry& target) {
  const Pages pages = PartOf(operation.part, target);
  if (IsWayAround(operation.call))
    return around_.Go(operation.call, operation.argument, pages.start, pages.size);
  if (operation.call == kBrk) return LowerBreak(target.start);
  long result = 0;
  if (operation.part == kSpan) {
    const Neighbour before(target.start - kPageSize);
    const Neighbour behind(target.end);
    result = Invoke(operation.call, way, Prepare(operation, pages));
  } else {
    result = Invoke(operation.call, way, Prepare(operation, pages));
  }
  if (operation.call == kMoveBreak && !sys::Failed(result)) {
    result = LowerBreak(target.start);
    break_.Restore();
  }
  if (scratch_.start != 0 && sys::Failed(result)) sys::Unmap(scratch_.start, scratch_.size);
  scratch_ = {};
  return sys::Failed(result) ? result : 0;
}

bool Attacker::Undo(const AttackOperation& operation, const signet_ledger_entry& target) {
  // Discarded variables may be those that this process needs, and so may the pages around the
  // range.
  const bool is_at_risk = target.kind == SIGNET_KIND_DATA || operation.part == AttackPart::kSpan;
  if (is_at_risk && Discards(operation)) return false;
  if (IsWayAround(operation.call)) {
    around_.Undo();
    return true;
  }
  if (operation.call == kProcessMadvise) return true;
  if (operation.call != kMadvise) return false;
  const uint64_t size = target.end - target.start;
  switch (operation.argument) {
    case MADV_DONTFORK:
      return !sys::Failed(sys::Advise(target.start, size, MADV_DOFORK));
    case MADV_WIPEONFORK:
      return !sys::Failed(sys::Advise(target.start, size, MADV_KEEPONFORK));
    case kMadviseGuardInstall:
      return !sys::Failed(sys::Advise(target.start, size, kGuardRemove));
    default:
      return true;
  }
}

}  // namespace signet

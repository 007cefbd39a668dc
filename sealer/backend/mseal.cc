// SPDX-License-Identifier: MIT
#include "sealer/backend/mseal.h"

#include <errno.h>

#include <algorithm>
#include <string_view>

#include "base/page.h"
#include "base/syscall.h"
#include "protocol/kernel_interface.h"

namespace signet {
namespace {

bool IsPlanned(const signet_ledger_entry& entry) { return entry.reason == SIGNET_REASON_SEALED; }

void Settle(std::span<signet_ledger_entry> run, long result) {
  for (signet_ledger_entry& entry : run) {
    if (!sys::Failed(result)) {
      entry.backend = SIGNET_BACKEND_KERNEL;
    } else {
      entry.reason = result == -ENOSYS ? SIGNET_REASON_NO_MSEAL : SIGNET_REASON_REFUSED;
      entry.error = static_cast<uint16_t>(sys::Errno(result));
    }
  }
}

// A run that fails as a whole may be sealed in part. Asking again range by range tells; sealing
// twice does no harm.
void SealRun(std::span<signet_ledger_entry> run) {
  const long result = sys::Seal(run.front().start, run.back().end - run.front().start);
  if (!sys::Failed(result) || run.size() == 1 || result == -ENOSYS) {
    Settle(run, result);
    return;
  }
  for (signet_ledger_entry& entry : run)
    Settle({&entry, 1}, sys::Seal(entry.start, entry.end - entry.start));
}

// The mapping that holds `address`, and its name, of at most 63 characters.
struct NamedMapping {
  ProcmapQuery query;
  char name[64];

  bool IsNamed(std::string_view text) const { return text == name; }
};

[[nodiscard]] bool QueryMapping(int fd, uint64_t address, NamedMapping& mapping) {
  ProcmapQuery& query = mapping.query;
  query = {};
  query.size = sizeof query;
  query.query_addr = address;
  query.vma_name_addr = std::bit_cast<uint64_t>(&mapping.name);
  query.vma_name_size = sizeof mapping.name;
  mapping.name[0] = '\0';
  return !sys::Failed(sys::Ioctl(fd, kProcmapQuery, &query));
}

constexpr uint64_t kMostVvarPages = 64;

// Where the kernel's data for the vdso begins: vvar's mappings lie right below the code, [vvar] the
// lowest of them. Asks /proc.
uint64_t QueryVvar(uint64_t vdso_start) {
  const long fd = sys::Open("/proc/self/maps");
  if (sys::Failed(fd)) return vdso_start;
  uint64_t start = vdso_start;
  NamedMapping mapping;
  while (QueryMapping(static_cast<int>(fd), start - 1, mapping) &&
         (mapping.IsNamed("[vvar]") || mapping.IsNamed("[vvar_vclock]"))) {
    start = mapping.query.vma_start;
    if (mapping.IsNamed("[vvar]")) break;
  }
  sys::Close(static_cast<int>(fd));
  return start;
}

// The same, ten times faster, where vvar is a VM_PFNMAP mapping, the only one in a young process:
// to populate it is EINVAL (madvise(2), MADV_POPULATE_READ), and does no harm to what lies below.
// Gallops from the usual size, then bisects. vdso_start where vvar is not found so.
uint64_t FindVvarByAdvice(uint64_t vdso_start) {
  const auto is_vvar = [vdso_start](uint64_t page) {
    return sys::Advise(vdso_start - page * kPageSize, kPageSize, MADV_POPULATE_READ) == -EINVAL;
  };
  uint64_t inside = 0;  // so many pages below the vdso are known to be vvar's
  uint64_t outside = kUsualVvarPages;
  for (uint64_t step = 1; is_vvar(outside); step *= 2) {
    inside = outside;
    outside += step;
    if (outside > kMostVvarPages)
      return vdso_start;  // or an old kernel, which knows no such advice
  }
  while (outside - inside > 1) {
    const uint64_t middle = (inside + outside) / 2;
    (is_vvar(middle) ? inside : outside) = middle;
  }
  return vdso_start - inside * kPageSize;
}

// The kernel maps the vdso's file whole, with the section headers behind its only segment: these
// may have a page to themselves.
uint64_t EndOfVdsoFile(uint64_t vdso_start) {
  const auto* header = std::bit_cast<const elf::Ehdr*>(vdso_start);
  const uint64_t size = header->e_shoff + uint64_t{header->e_shnum} * header->e_shentsize;
  return PageUp(vdso_start + size);
}

}  // namespace

void SortByAddress(LedgerEntries& entries) {
  std::sort(
      entries.begin(), entries.end(),
      [](const signet_ledger_entry& a, const signet_ledger_entry& b) { return a.start < b.start; });
}

void SealByMseal(LedgerEntries& entries) {
  SortByAddress(entries);
  for (size_t first = 0; first < entries.size();) {
    if (!IsPlanned(entries[first])) {
      ++first;
      continue;
    }
    size_t last = first;
    while (last + 1 < entries.size() && IsPlanned(entries[last + 1]) &&
           entries[last + 1].start == entries[last].end)
      ++last;
    SealRun({&entries[first], last + 1 - first});
    first = last + 1;
  }
}

void PlanVdso(uint32_t module, uint64_t vdso_start, uint64_t vdso_end, uint32_t kinds,
              LedgerEntries& entries) {
  uint64_t start = vdso_start;
  if ((kinds & KindBit(SIGNET_KIND_VDSO)) != 0) {
    start = FindVvarByAdvice(vdso_start);
    if (start == vdso_start) start = QueryVvar(vdso_start);
  }
  const uint64_t end = std::max(vdso_end, EndOfVdsoFile(vdso_start));
  PlanRange(module, SIGNET_KIND_VDSO, start, end, kinds, entries);
}

}  // namespace signet

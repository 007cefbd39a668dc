// SPDX-License-Identifier: MIT
#include "sealer/plan_vdso.h"

#include <errno.h>

#include <algorithm>
#include <string_view>

#include "base/page.h"
#include "base/syscall.h"
#include "sealer/mappings.h"

namespace signet {
namespace {

// The mapping that holds `address`, and its name, of at most 63 characters.
struct NamedMapping {
  ProcmapQuery query;
  char name[64];

  bool IsNamed(std::string_view text) const { return text == name; }
};

[[nodiscard]] bool QueryName(const MappingQuery& kernel, uint64_t address, NamedMapping& mapping) {
  mapping.query = {};
  mapping.query.vma_name_addr = std::bit_cast<uint64_t>(&mapping.name);
  mapping.query.vma_name_size = sizeof mapping.name;
  mapping.name[0] = '\0';
  return kernel.Find(address, mapping.query) == 0;
}

constexpr uint64_t kMostVvarPages = 64;

// Where the kernel's data for the vdso begins. The mappings of vvar lie right below the vdso's
// code, and [vvar] is the lowest of them. Asks /proc.
uint64_t QueryVvar(uint64_t vdso_start) {
  const MappingQuery kernel;
  if (!kernel.ok()) return vdso_start;
  uint64_t start = vdso_start;
  NamedMapping mapping;
  while (QueryName(kernel, start - 1, mapping) &&
         (mapping.IsNamed("[vvar]") || mapping.IsNamed("[vvar_vclock]"))) {
    start = mapping.query.vma_start;
    if (mapping.IsNamed("[vvar]")) break;
  }
  return start;
}

// The same, ten times faster. It works if vvar is a VM_PFNMAP mapping, the only one in a young
// process: MADV_POPULATE_READ answers EINVAL there (madvise(2)), and does no harm to what lies
// below. Below `foreign_end` there is something else, which is usually right below vvar. Begins
// there, and bisects. Returns vdso_start if vvar is not found in this way.
uint64_t FindVvarByAdvice(uint64_t vdso_start, uint64_t foreign_end) {
  const auto is_vvar = [vdso_start](uint64_t page) {
    return sys::Advise(vdso_start - page * kPageSize, kPageSize, MADV_POPULATE_READ) == -EINVAL;
  };
  uint64_t inside = 0;  // the number of pages below the vdso that are known to be vvar's
  uint64_t outside = (vdso_start - foreign_end) / kPageSize + 1;
  if (outside > kMostVvarPages) {
    outside = kUsualVvarPages;
    for (uint64_t step = 1; is_vvar(outside); step *= 2) {
      inside = outside;
      outside += step;
      if (outside > kMostVvarPages)
        return vdso_start;  // perhaps an old kernel, which does not know this advice
    }
  } else if (outside > 1 && is_vvar(outside - 1)) {
    inside = outside - 1;
  }
  while (outside - inside > 1) {
    const uint64_t middle = (inside + outside) / 2;
    (is_vvar(middle) ? inside : outside) = middle;
  }
  return vdso_start - inside * kPageSize;
}

// The kernel maps the whole file of the vdso. The section headers lie behind its only segment, and
// may have a page of their own.
uint64_t EndOfVdsoFile(uint64_t vdso_start) {
  const auto* header = std::bit_cast<const elf::Ehdr*>(vdso_start);
  const uint64_t size = header->e_shoff + uint64_t{header->e_shnum} * header->e_shentsize;
  return PageUp(vdso_start + size);
}

}  // namespace

void PlanVdso(uint32_t module, uint64_t vdso_start, uint64_t vdso_end, uint64_t foreign_end,
              uint32_t kinds, LedgerEntries& entries) {
  uint64_t start = vdso_start;
  if ((kinds & KindBit(SIGNET_KIND_VDSO)) != 0) {
    start = FindVvarByAdvice(vdso_start, foreign_end);
    if (start == vdso_start) start = QueryVvar(vdso_start);
  }
  const uint64_t end = std::max(vdso_end, EndOfVdsoFile(vdso_start));
  PlanRange(module, SIGNET_KIND_VDSO, start, end, 0, kinds, entries);
}

}  // namespace signet

// SPDX-License-Identifier: MIT
#include "loader/load/protection.h"

#include <cstring>

#include "base/syscall.h"

namespace signet {
namespace {

// Calls visit(start, end, flags) for the pages of each segment without PF_W until it returns false;
// false if it did.
template <typename Visit>
[[nodiscard]] bool ForEachReadOnlySegment(const Module& module, Visit&& visit) {
  const elf::Image& image = module.map.image;
  for (const elf::Phdr& phdr : elf::LoadSegments(module.map.headers.mapped)) {
    if ((phdr.p_flags & PF_W) == 0 && !visit(image.Resolve(elf::FirstPage(phdr)),
                                             image.Resolve(elf::PagesEnd(phdr)), phdr.p_flags)) {
      return false;
    }
  }
  return true;
}

// Replaces [start, end) in one step by an anonymous copy with this protection.
[[nodiscard]] bool ReplaceByCopy(Diagnostics& diagnostics, const Module& module, uint64_t start,
                                 uint64_t end, int protection) {
  const uint64_t size = end - start;
  // Not MapAnywhere: the place is free again at once.
  const long mapped =
      sys::Map(0, size, kReadWrite, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, /* fd */ -1);
  long result = mapped;
  if (!sys::Failed(mapped)) {
    const auto copy = static_cast<uint64_t>(mapped);
    std::memcpy(std::bit_cast<void*>(copy), std::bit_cast<const void*>(start), size);
    result = protection == kReadWrite ? 0 : sys::Protect(copy, size, protection);
    if (!sys::Failed(result)) result = sys::Move(copy, size, start);
    if (!sys::Failed(result)) return true;
    sys::Unmap(copy, size);
  }
  diagnostics.LoadErrno(module.path, "cannot copy relocated data to anonymous memory",
                        sys::Errno(result));
  return false;
}

}  // namespace

bool ChangeProtection(Diagnostics& diagnostics, const Module& module, uint64_t start, uint64_t end,
                      int protection) {
  const long result = sys::Protect(start, end - start, protection);
  if (!sys::Failed(result)) return true;
  diagnostics.LoadErrno(module.path, "cannot change memory protections", sys::Errno(result));
  return false;
}

bool MakeAnonymous(Diagnostics& diagnostics, const Module& module, uint64_t start, uint64_t end) {
  return start == end || ReplaceByCopy(diagnostics, module, start, end, kReadWrite);
}

bool MakeClosedRelroAnonymous(Diagnostics& diagnostics, const Module& module) {
  return module.map.relro_start == module.map.relro_end ||
         ReplaceByCopy(diagnostics, module, module.map.relro_start, module.map.relro_end,
                       PROT_READ);
}

bool OpenText(Diagnostics& diagnostics, Module& module) {
  const bool first = !module.map.text_anonymous;
  module.map.text_anonymous = true;
  module.map.text_writable = true;
  return ForEachReadOnlySegment(module, [&](uint64_t start, uint64_t end, uint32_t flags) {
    if (!first) return ChangeProtection(diagnostics, module, start, end, kReadWrite);
    const bool is_readable = (flags & PF_R) != 0;
    return (is_readable || ChangeProtection(diagnostics, module, start, end, PROT_READ)) &&
           MakeAnonymous(diagnostics, module, start, end);
  });
}

bool CloseText(Diagnostics& diagnostics, Module& module) {
  module.map.text_writable = false;
  return ForEachReadOnlySegment(module, [&](uint64_t start, uint64_t end, uint32_t flags) {
    return ChangeProtection(diagnostics, module, start, end, elf::Protection(flags));
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

}  // namespace signet

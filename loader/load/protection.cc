// SPDX-License-Identifier: MIT
#include "loader/load/protection.h"

#include <errno.h>

#include "base/map_anywhere.h"
#include "base/scratch.h"
#include "base/syscall.h"

namespace signet {
namespace {

constexpr size_t kCopyRoom = 4 * kPageSize;
constexpr char kCopyFailed[] = "cannot copy relocated data to anonymous memory";

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

// Piece by piece: moving a mapping (mremap) costs more.
bool CopyToAnonymous(Diagnostics& diagnostics, const Module& module, uint64_t start, uint64_t end,
                     std::span<char> room) {
  while (start < end) {
    const uint64_t size = end - start < room.size() ? end - start : room.size();
    std::memcpy(room.data(), std::bit_cast<const void*>(start), size);
    const int populate = size >= kPopulateFrom ? MAP_POPULATE : 0;
    const long mapped =
        sys::Map(start, size, kReadWrite, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | populate);
    if (sys::Failed(mapped)) {
      diagnostics.LoadErrno(module.path, kCopyFailed, sys::Errno(mapped));
      return false;
    }
    std::memcpy(std::bit_cast<void*>(start), room.data(), size);
    start += size;
  }
  return true;
}

// A frame of its own, because the room is large.
[[gnu::noinline]] bool MakeAnonymousByStack(Diagnostics& diagnostics, const Module& module,
                                            uint64_t start, uint64_t end) {
  char room[kCopyRoom];
  return CopyToAnonymous(diagnostics, module, start, end, room);
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
  const Scratch<char> room(kCopyRoom);  // the caller's stack may be small
  if (room.first() != nullptr)
    return CopyToAnonymous(diagnostics, module, start, end, {room.first(), kCopyRoom});
  diagnostics.LoadErrno(module.path, kCopyFailed, ENOMEM);
  return false;
}

bool MakeAnonymousAtStart(const Process& process, const Module& module, uint64_t start,
                          uint64_t end) {
  return process.has_large_stack ? MakeAnonymousByStack(process.diagnostics, module, start, end)
                                 : MakeAnonymous(process.diagnostics, module, start, end);
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
  diagnostics.LoadErrno(module.path, kCopyFailed, ENOMEM);
  return false;
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

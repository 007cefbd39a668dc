// SPDX-License-Identifier: MIT
#include "loader/libc/hide_preload_file.h"

#include "base/page.h"
#include "base/syscall.h"
#include "loader/diagnostics.h"
#include "loader/find/preload_file.h"
#include "loader/load/protection.h"

namespace signet {
namespace {

void MakeEmpty(const char* name, const elf::Phdr& segment) {
  const uint64_t page = PageDown(std::bit_cast<uint64_t>(name));
  if (!sys::Failed(sys::Protect(page, kPageSize, PROT_READ | PROT_WRITE))) {
    *const_cast<char*>(name) = '\0';
    if (!sys::Failed(sys::Protect(page, kPageSize, elf::Protection(segment.p_flags)))) return;
  }
  Fatal("cannot hide /etc/ld.so.preload from libc's interpreter");
}

uint64_t FirstWord(const char* text) {
  uint64_t word;
  std::memcpy(&word, text, sizeof word);
  return word;
}

// True if the name was there.
bool HideIn(const Module& interpreter, const elf::Phdr& segment) {
  const std::span<const char> bytes =
      interpreter.map.image.Array<char>(segment.p_vaddr, segment.p_filesz);
  const uint64_t first_word = FirstWord(kPreloadFile);
  bool found = false;
  for (size_t i = 0; i + sizeof kPreloadFile <= bytes.size(); ++i) {
    const char* text = bytes.data() + i;
    if (FirstWord(text) != first_word ||
        std::memcmp(text, kPreloadFile, sizeof kPreloadFile) != 0) {
      continue;
    }
    MakeEmpty(text, segment);
    found = true;
  }
  return found;
}

}  // namespace

void HidePreloadFile(const Module& interpreter) {
  // Constants are in an executable segment only if the linker did not separate them from code.
  for (const uint32_t executable : {0u, uint32_t{PF_X}}) {
    bool found = false;
    for (const elf::Phdr& phdr : elf::LoadSegments(interpreter.map.headers.mapped)) {
      if ((phdr.p_flags & (PF_W | PF_X)) == executable) found |= HideIn(interpreter, phdr);
    }
    if (found) return;
  }
}

}  // namespace signet

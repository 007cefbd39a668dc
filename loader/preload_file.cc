// SPDX-License-Identifier: MIT
#include "loader/preload_file.h"

#include "loader/map.h"
#include "loader/report.h"
#include "loader/rt/arena.h"
#include "loader/sys/syscall.h"

namespace signet {
namespace {

// Comments begin with '#'; any white space separates names.
void BlankComments(std::span<char> text) {
  bool in_comment = false;
  for (char& c : text) {
    if (c == '#') in_comment = true;
    if (c == '\n') in_comment = false;
    if (in_comment || c == '\n' || c == '\t') c = ' ';
  }
}

void MakeEmpty(const char* name, const elf::Phdr& segment) {
  const uint64_t page = elf::PageDown(std::bit_cast<uint64_t>(name));
  if (!sys::Failed(sys::Protect(page, elf::kPageSize, PROT_READ | PROT_WRITE))) {
    *const_cast<char*>(name) = '\0';
    if (!sys::Failed(sys::Protect(page, elf::kPageSize, Protection(segment.p_flags)))) return;
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
      interpreter.image.Array<char>(segment.p_vaddr, segment.p_filesz);
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

const char* ReadPreloadFile() {
  const long fd = sys::Open(kPreloadFile);
  if (sys::Failed(fd)) return nullptr;
  struct stat status = {};
  char* text = nullptr;
  if (!sys::Failed(sys::Stat(static_cast<int>(fd), &status))) {
    const auto size = static_cast<size_t>(status.st_size);
    text = static_cast<char*>(ArenaBytes(size + 1, 1));
    const long got = sys::ReadAt(static_cast<int>(fd), text, size, 0);
    const size_t used = sys::Failed(got) ? 0 : static_cast<size_t>(got);
    text[used] = '\0';
    BlankComments({text, used});
  }
  sys::Close(static_cast<int>(fd));
  return text;
}

void HidePreloadFile(const Module& interpreter) {
  // Constants are with the code only where their linker did not separate them.
  for (const uint32_t executable : {0u, uint32_t{PF_X}}) {
    bool found = false;
    for (const elf::Phdr& phdr : interpreter.headers.all) {
      if (phdr.p_type == PT_LOAD && (phdr.p_flags & (PF_W | PF_X)) == executable)
        found |= HideIn(interpreter, phdr);
    }
    if (found) return;
  }
}

}  // namespace signet

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
  for (const elf::Phdr& phdr : interpreter.headers.all) {
    if (phdr.p_type != PT_LOAD || (phdr.p_flags & PF_W) != 0) continue;
    std::span<const char> rest = interpreter.image.Array<char>(phdr.p_vaddr, phdr.p_filesz);
    while (rest.size() >= sizeof kPreloadFile) {
      if (std::memcmp(rest.data(), kPreloadFile, sizeof kPreloadFile) == 0)
        MakeEmpty(rest.data(), phdr);
      rest = rest.subspan(1);
    }
  }
}

}  // namespace signet

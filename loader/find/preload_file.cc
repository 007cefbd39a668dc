// SPDX-License-Identifier: MIT
#include "loader/find/preload_file.h"

#include "base/arena.h"
#include "base/page.h"
#include "base/syscall.h"

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

}  // namespace

const char* ReadPreloadFile(OpenFiles& open_files) {
  const int fd = open_files.Open(kPreloadFile);
  if (fd < 0) return nullptr;
  struct stat status = {};
  char* text = nullptr;
  if (!sys::Failed(sys::Stat(fd, &status))) {
    const auto size = static_cast<size_t>(status.st_size);
    text = static_cast<char*>(ArenaBytes(size + 1, 1));
    const long got = sys::ReadAt(fd, text, size, 0);
    const size_t used = sys::Failed(got) ? 0 : static_cast<size_t>(got);
    text[used] = '\0';
    BlankComments({text, used});
  }
  open_files.Close(fd);
  return text;
}

}  // namespace signet

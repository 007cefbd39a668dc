// SPDX-License-Identifier: MIT
#include "loader/open_files.h"

#include "base/syscall.h"

namespace signet {

int OpenFiles::Open(const char* path) {
  const int fd = static_cast<int>(sys::Open(path));
  if (fd >= 0) Exchange(0, fd + 1);
  return fd;
}

void OpenFiles::Close(int fd) {
  Exchange(fd + 1, 0);
  sys::Close(fd);
}

void OpenFiles::CloseAll() {
  for (const int file : files_) {
    if (file != 0) Close(file - 1);
  }
}

void OpenFiles::Exchange(int from, int to) {
  for (int& file : files_) {
    if (file != from) continue;
    file = to;
    return;
  }
}

}  // namespace signet

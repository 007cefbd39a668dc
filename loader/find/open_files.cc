// SPDX-License-Identifier: MIT
#include "loader/find/open_files.h"

#include "base/syscall.h"

namespace signet {
namespace {

constinit int open_files[8] = {};  // each one more than the descriptor; 0: free

void Exchange(int from, int to) {
  for (int& file : open_files) {
    if (file != from) continue;
    file = to;
    return;
  }
}

}  // namespace

int OpenFile(const char* path) {
  const int fd = static_cast<int>(sys::Open(path));
  if (fd >= 0) Exchange(0, fd + 1);
  return fd;
}

void CloseFile(int fd) {
  Exchange(fd + 1, 0);
  sys::Close(fd);
}

void CloseAllFiles() {
  for (const int file : open_files) {
    if (file != 0) CloseFile(file - 1);
  }
}

}  // namespace signet

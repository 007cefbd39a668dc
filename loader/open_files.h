// SPDX-License-Identifier: MIT
//
// The files that the loader has open while it searches and loads. Work that is abandoned in the
// middle (base/abandon.h) runs no destructors, so its files are closed by this list.
//
// Input: paths. Output: descriptors. Not thread-safe: used while linking, under the loader lock.
#pragma once

#pragma GCC visibility push(hidden)

namespace signet {

class OpenFiles {
 public:
  // A descriptor that is open for reading, or -errno. Eight at a time are remembered, which is more
  // than the loader opens.
  int Open(const char* path);
  void Close(int fd);
  void CloseAll();

 private:
  void Exchange(int from, int to);

  int files_[8] = {};  // each one more than the descriptor; 0: free
};

}  // namespace signet

#pragma GCC visibility pop

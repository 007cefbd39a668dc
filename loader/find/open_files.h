// SPDX-License-Identifier: MIT
//
// The files that a search or a load has open. Work that is abandoned in the middle (base/abandon.h)
// runs no destructors, so the list is what closes them then.
//
// Input: paths. Output: descriptors. Not thread-safe: used while linking, under the loader lock.
#pragma once

#pragma GCC visibility push(hidden)

namespace signet {

// A descriptor open for reading, or -errno. Of those that are open at a time, eight are remembered;
// the loader opens fewer.
int OpenFile(const char* path);
void CloseFile(int fd);

// Closes all that are open: for work that was abandoned.
void CloseAllFiles();

}  // namespace signet

#pragma GCC visibility pop

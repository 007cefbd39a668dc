// SPDX-License-Identifier: MIT
//
// Writes the initial values of a module that came by dlopen into the static TLS of all threads.
//
// Input: bytes, and the static TLS offset that they belong to. Output: the same bytes in every
// thread. There are two kinds of threads:
//
//   threads to come   get a copy of the image of the stand-in program's PT_TLS, which libc makes.
//                     So that image is written. The surplus in it is in memory that stays writable.
//   threads so far    are in libc's lists (thread_lists.h). Their memory is written, as libc's
//                     interpreter does it.
//
// With a libc whose lists are unknown, such as musl, this fails unless the kernel says that there
// is no other thread.
//
// A thread that pthread_create is making may be in none of the two sets for a moment: it has a copy
// of the old image, but is not in the lists yet. glibc has the same gap. Under the loader lock.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct InitialValues {
  uint64_t offset;                   // static TLS offset
  std::span<const std::byte> bytes;  // at that offset
  uint64_t zeroes;                   // how many follow
};

// False if there may be other threads that cannot be reached.
[[nodiscard]] bool WriteInAllThreads(const Process& process, const InitialValues& values);

}  // namespace signet

#pragma GCC visibility pop

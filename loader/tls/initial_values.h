// SPDX-License-Identifier: MIT
//
// Writes the initial values of a module that came by dlopen into the static TLS of all threads.
//
// Input: bytes, and the static TLS offset that they belong to. Output: the same bytes in every
// thread. Three kinds of threads need three ways:
//
//   the calling thread   is written as memory.
//   threads to come      get a copy of the image of the stand-in program's PT_TLS, which libc
//                        makes. So that image is written. The surplus in it is in memory that
//                        stays writable.
//   other threads        are found through the kernel (threads.h).
//
// The last way needs /proc, get_robust_list, and a libc that tells the kernel its lists of robust
// mutexes, which musl does not. Without these, and with other threads, it fails.
//
// A thread that pthread_create is just making is in none of the three sets: libc has copied the old
// image, and the kernel does not know the thread yet. Such threads are waited for, up to a limit,
// because libc does not announce them. A thread may still be missed if the kernel keeps its creator
// from running for longer. Under the loader lock.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct InitialValues {
  uint64_t offset;  // static TLS offset
  const std::byte* bytes;
  uint64_t size;
};

// False if there are other threads that cannot be reached.
[[nodiscard]] bool WriteInAllThreads(const Process& process, const InitialValues& values);

}  // namespace signet

#pragma GCC visibility pop

// SPDX-License-Identifier: MIT
//
// A library with a thread-local object of its own.
#include <cstdio>

namespace {

struct Counter {
  ~Counter() { std::printf("library: thread-local destructed at %d\n", value); }
  int value = 0;
};
thread_local Counter g_counter;

}  // namespace

int NextOfLibrary() { return ++g_counter.value; }

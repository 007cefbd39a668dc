// SPDX-License-Identifier: MIT
//
// A thread-local counter with space behind it. Each NUMBER makes another library.
#define PASTE(a, b) a##b
#define EXPAND(a, b) PASTE(a, b)

#ifndef SIZE
#define SIZE 100
#endif
#ifndef NUMBER
#define NUMBER 0
#endif

__thread int EXPAND(counter, NUMBER) START;
static volatile __thread char g_room[SIZE];

int Next(void) {
  g_room[SIZE - 1] = 1;
  return ++EXPAND(counter, NUMBER);
}

int* Address(void) { return &EXPAND(counter, NUMBER); }

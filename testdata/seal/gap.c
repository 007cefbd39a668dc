// SPDX-License-Identifier: MIT
//
// Contents for every segment, so that a linker for huge pages leaves gaps between all of them.
static const volatile int kSeven = 7;
static const volatile int* const g_seven = &kSeven;
static volatile int g_times;

int GapFunction(void) {
  ++g_times;
  return *g_seven;
}

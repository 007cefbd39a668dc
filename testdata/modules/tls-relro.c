// SPDX-License-Identifier: MIT
//
// A program with a few bytes of zeroed thread-local storage: mold begins RELRO there, in front of
// the segment.
#include <stdio.h>

__thread volatile char t_bytes[3];
static const char* const kNames[] = {"zero", "not zero"};

int main(int argc, char** argv) {
  puts(kNames[t_bytes[argc] != 0]);
  return 0;
}

// SPDX-License-Identifier: MIT
//
// The smallest program with a C library.
#include <stdio.h>

int main(int argc, char** argv) {
  (void)argv;
  printf("hello from libc\narguments: %d\n", argc - 1);
  return 7;
}

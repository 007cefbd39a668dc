// SPDX-License-Identifier: MIT
//
// Allocates, and writes behind the end on request, for glibc's malloc that checks that.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char** argv) {
  char* block = malloc(10);
  memset(block, 'x', argc > 1 ? 11 : 10);
  puts("written");
  fflush(stdout);
  free(block);
  puts("freed");
  return 0;
}

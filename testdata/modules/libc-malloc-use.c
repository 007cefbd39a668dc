// SPDX-License-Identifier: MIT
//
// Prints whose malloc libc's functions use.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((weak)) int IsOwn(const void* block);

static void Check(const char* what, const void* block) {
  printf("%s: %s\n", what, IsOwn != NULL && IsOwn(block) ? "own" : "libc's");
}

int main(void) {
  char* text = NULL;
  char* line = NULL;
  size_t size = 0;
  if (asprintf(&text, "%d", 42) < 0 || getline(&line, &size, stdin) < 0) return 1;
  Check("malloc", malloc(10));
  Check("strdup", strdup("text"));
  Check("asprintf", text);
  Check("getline", line);
  printf("%s %s", text, line);
  return 0;
}

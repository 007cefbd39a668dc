// SPDX-License-Identifier: MIT
//
// Opens and replaces the first mapping of a file that has certain permissions. The arguments are
// the end of the file's name and the permissions.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "attack-maps.h"

static void Print(const char* what, int is_done) {
  printf("%s: %s\n", what, is_done ? "done" : strerror(errno));
}

int main(int argc, char** argv) {
  MappingFacts found;
  if (!FindMappingOf(argv[1], argv[2], &found)) {
    puts("no such mapping");
    return 1;
  }
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
  Print("mprotect", mprotect(found.start, 4096, PROT_READ | PROT_WRITE) == 0);
  Print("mmap", mmap(found.start, 4096, PROT_READ | PROT_WRITE, flags, -1, 0) != MAP_FAILED);
  Print("munmap", munmap(found.start, 4096) == 0);
  return 0;
}

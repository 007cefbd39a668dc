// SPDX-License-Identifier: MIT
//
// Opens and replaces the first mapping of a file that has certain permissions. The arguments are
// the end of the file's name and the permissions.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

static void Print(const char* what, int is_done) {
  printf("%s: %s\n", what, is_done ? "done" : strerror(errno));
}

int main(int argc, char** argv) {
  char line[512];
  FILE* maps = fopen("/proc/self/maps", "r");
  while (fgets(line, sizeof line, maps) != NULL) {
    char *start, *end;
    char permissions[5];
    sscanf(line, "%p-%p %4s", (void**)&start, (void**)&end, permissions);
    line[strcspn(line, "\n")] = '\0';
    const size_t length = strlen(line);
    const size_t wanted = strlen(argv[1]);
    if (length < wanted || strcmp(line + length - wanted, argv[1]) != 0 ||
        strcmp(permissions, argv[2]) != 0) {
      continue;
    }
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
    Print("mprotect", mprotect(start, 4096, PROT_READ | PROT_WRITE) == 0);
    Print("mmap", mmap(start, 4096, PROT_READ | PROT_WRITE, flags, -1, 0) != MAP_FAILED);
    Print("munmap", munmap(start, 4096) == 0);
    return 0;
  }
  puts("no such mapping");
  return 1;
}

// SPDX-License-Identifier: MIT
//
// Opens and closes a library, and fails to open others, many times: nothing grows.
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long Size(void) {
  FILE* status = fopen("/proc/self/status", "r");
  char line[256];
  long size = 0;
  while (fgets(line, sizeof line, status) != NULL) {
    if (strncmp(line, "VmSize:", 7) == 0) size = atol(line + 7);
  }
  fclose(status);
  return size;
}

static void Rounds(int count, const char* name, int good) {
  int right = 0;
  for (int i = 0; i < count; ++i) {
    void* library = dlopen(name, RTLD_NOW);
    right += (library != NULL) == good && (library == NULL || dlclose(library) == 0) &&
             (library != NULL || dlerror() != NULL);
  }
  if (right != count) printf("%s: %d of %d\n", name, right, count);
}

int main(int argc, char** argv) {
  const int rounds = atoi(argv[1]);
  for (int i = 2; i + 1 < argc; i += 2) {
    const char* name = argv[i];
    const int good = strcmp(argv[i + 1], "good") == 0;
    Rounds(100, name, good);
    const long before = Size();
    Rounds(rounds, name, good);
    printf("grown: %ld kB\n", Size() - before);
  }
  return 0;
}

// SPDX-License-Identifier: MIT
//
// Opens and closes a library, and fails to open others, many times: nothing grows. The arguments
// are pairs of a name and a word: "good" (it can be opened), "bad" (it cannot) or "noload" (it is
// not loaded, and is asked for with RTLD_NOLOAD).
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

static int Round(const char* name, const char* kind) {
  if (strcmp(kind, "noload") == 0) {
    return dlopen(name, RTLD_NOW | RTLD_NOLOAD) == NULL && dlerror() == NULL;
  }
  void* library = dlopen(name, RTLD_NOW);
  if (strcmp(kind, "bad") == 0) return library == NULL && dlerror() != NULL;
  return library != NULL && dlclose(library) == 0;
}

static void Rounds(int count, const char* name, const char* kind) {
  int right = 0;
  for (int i = 0; i < count; ++i) right += Round(name, kind);
  if (right != count) printf("%s: %d of %d\n", name, right, count);
}

int main(int argc, char** argv) {
  const int rounds = atoi(argv[1]);
  for (int i = 2; i + 1 < argc; i += 2) {
    const char* name = argv[i];
    Rounds(100, name, argv[i + 1]);
    const long before = Size();
    Rounds(rounds, name, argv[i + 1]);
    printf("grown: %ld kB\n", Size() - before);
  }
  return 0;
}

// SPDX-License-Identifier: MIT
//
// Opens many libraries by dlopen, and prints how long that took, in lines NAME NUMBER.
//
//   plugins dlopen-local|dlopen-global|dlsym DIRECTORY COUNT
//
// With dlsym it opens them RTLD_GLOBAL, and prints how long look-ups take instead. The libraries
// are lib0.so to libN.so, and export what bench/scale/closures.py says.
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { kLookUps = 4000, kNameSize = 64 };

static int count;
static void** handles;

static double Nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

// From library `begin` to library `end`. Returns nanoseconds for each.
static double Open(const char* directory, int begin, int end, int mode) {
  char path[4096];
  const double start = Nanoseconds();
  for (int i = begin; i < end; ++i) {
    snprintf(path, sizeof path, "%s/lib%d.so", directory, i);
    handles[i] = dlopen(path, RTLD_NOW | mode);
    if (handles[i] == NULL) {
      fprintf(stderr, "%s\n", dlerror());
      exit(1);
    }
  }
  return (Nanoseconds() - start) / (end - begin);
}

// Looks up `format` with the numbers of libraries, evenly spread over all. `by_handle`: in the
// library of that number. Ends with an error if names are found that should not be, or not found.
static void LookUp(const char* label, const char* format, int by_handle, int is_there) {
  static char names[kLookUps][kNameSize];
  for (int i = 0; i < kLookUps; ++i) {
    snprintf(names[i], kNameSize, format, (int)((long)i * count / kLookUps));
  }
  const double start = Nanoseconds();
  for (int i = 0; i < kLookUps; ++i) {
    void* handle = by_handle ? handles[(long)i * count / kLookUps] : RTLD_DEFAULT;
    if ((dlsym(handle, names[i]) != NULL) != is_there) {
      fprintf(stderr, "%s is %s\n", names[i], is_there ? "not found" : "found");
      exit(1);
    }
  }
  printf("%s %.1f\n", label, (Nanoseconds() - start) / kLookUps);
}

int main(int argc, char** argv) {
  if (argc != 4 || (count = atoi(argv[3])) < 4) {
    fprintf(stderr, "usage: plugins dlopen-local|dlopen-global|dlsym DIRECTORY COUNT\n");
    return 2;
  }
  const char* directory = argv[2];
  const int mode = strcmp(argv[1], "dlopen-local") == 0 ? RTLD_LOCAL : RTLD_GLOBAL;
  handles = calloc((size_t)count, sizeof *handles);

  double quarters[4];
  for (int i = 0; i < 4; ++i) {
    quarters[i] = Open(directory, count * i / 4, count * (i + 1) / 4, mode);
  }
  if (strcmp(argv[1], "dlsym") != 0) {
    printf("dlopen_first_quarter_ns %.1f\n", quarters[0]);
    printf("dlopen_last_quarter_ns %.1f\n", quarters[3]);
    printf("last_to_first_quarter %.3f\n", quarters[3] / quarters[0]);
    return 0;
  }
  LookUp("handle_hit_ns", "library%d_function7", 1, 1);
  LookUp("handle_miss_ns", "library%d_function_that_is_missing", 1, 0);
  LookUp("default_hit_ns", "library%d_function7", 0, 1);
  LookUp("default_miss_ns", "library%d_function_that_is_missing", 0, 0);
  return 0;
}

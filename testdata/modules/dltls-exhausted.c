// SPDX-License-Identifier: MIT
//
// A library that needs more static TLS than there is left is refused each time. Other libraries can
// still be loaded.
#include "dltls.h"

static void* Thread(void* next) {
  printf("thread: %d\n", ((int (*)(void))next)());
  return 0;
}

int main(int argc, char** argv) {
  const int times = argc > 1 ? atoi(argv[1]) : 100;
  for (int i = 0; i < times; ++i) {
    if (dlopen("libdltls-static-huge.so", RTLD_NOW) != 0) {
      puts("huge: loaded");
      return 0;
    }
    const char* error = dlerror();
    if (i == 0) puts(strrchr(error, '/') != 0 ? strrchr(error, '/') + 1 : error);
  }
  void* next = Find(Open("libdltls-static.so"), "Next");
  printf("static: %d\n", ((int (*)(void))next)());
  RunThread(Thread, next);
  next = Find(Open("libdltls-large.so"), "Next");
  printf("dynamic: %d\n", ((int (*)(void))next)());
  RunThread(Thread, next);
}

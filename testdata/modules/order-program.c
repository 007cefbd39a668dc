// SPDX-License-Identifier: MIT
//
// A program with everything that runs before and after main. Its argument says how it ends.
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "freestanding.h"

static void Preinit(int argc, char** argv, char** envp) {
  (void)argv, (void)envp;
  FactNumber("program: preinit, argc", argc);
}
__attribute__((section(".preinit_array"), used)) static void (*const g_preinit)(int, char**,
                                                                                char**) = Preinit;

void Init(void) { Line("program: DT_INIT"); }
__attribute__((constructor)) static void Construct(void) { Line("program: constructor"); }
__attribute__((destructor)) static void Destruct(void) { Line("program: destructor"); }
void Fini(void) { Line("program: DT_FINI"); }

static void First(void) { Line("program: first atexit"); }
static void Second(void) { Line("program: second atexit"); }

static void* Thread(void* argument) {
  (void)argument;
  exit(5);
}

int main(int argc, char** argv) {
  (void)argc;
  Line("program: main");
  atexit(First);
  atexit(Second);
  if (SameText(argv[1], "exit")) exit(4);
  if (SameText(argv[1], "_exit")) _exit(4);
  if (SameText(argv[1], "thread")) {
    pthread_t thread;
    pthread_create(&thread, 0, Thread, 0);
    pthread_join(thread, 0);
  }
  return 3;
}

// SPDX-License-Identifier: MIT
//
// A program without dynamic linker, or for another C library: arguments, environment, constructors,
// relocated pointers, thread-local storage, a thread.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

extern char _start[];

static int g_target = 42;
static int* const g_relro = &g_target;
static __thread int g_local = 43;
static __thread int* g_local_pointer = &g_target;

// The program's own start code runs it, and nobody else. musl's does not.
static int g_preinit_runs;
static void Preinit(void) { ++g_preinit_runs; }
__attribute__((section(".preinit_array"), used)) static void (*const g_preinit)(void) = Preinit;

__attribute__((constructor)) static void Construct(void) { puts("constructor"); }
__attribute__((destructor)) static void Destruct(void) { puts("destructor"); }
static void AtExit(void) { puts("atexit"); }

static void* Thread(void* argument) {
  printf("thread: %s %d %d\n", (const char*)argument, g_local, *g_local_pointer);
  return NULL;
}

int main(int argc, char** argv) {
  char copy[64];
  const char* volatile source = "copied by an indirect function";
  atexit(AtExit);
  printf("main: %d %s\n", argc, argv[argc - 1]);
  if (g_preinit_runs > 1) puts("preinit: more than once");
  printf("environment: %s\n", getenv("STATIC_TEST"));
  printf("relocated: %d\n", **(int* const volatile*)&g_relro);
  puts(strcpy(copy, source));
  printf("AT_ENTRY: %s\n", getauxval(AT_ENTRY) == (unsigned long)_start ? "right" : "wrong");
  g_local = 1;
  pthread_t thread;
  pthread_create(&thread, NULL, Thread, "argument");
  pthread_join(thread, NULL);
  return 9;
}

// SPDX-License-Identifier: MIT
//
// Does one thing, by name, for a debugger to look at.
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void LibrarySort(int* values, size_t count, int (*compare)(const void*, const void*));
int LibraryCompare(const int* a, const int* b);

unsigned LibrarySpin(unsigned count);

__thread int program_variable = 42;

unsigned ProgramSpin(unsigned count) {
  volatile unsigned sum = 0;
  while (count-- != 0) sum += count;
  return sum;
}

int ProgramCompare(const void* a, const void* b) { return LibraryCompare(a, b); }

static void Sort(void) {
  int values[] = {3, 1, 2};
  LibrarySort(values, 3, ProgramCompare);
  printf("sorted: %d %d %d\n", values[0], values[1], values[2]);
}

static pthread_barrier_t barrier;

void BothRun(void) {}

static void* Work(void* unused) {
  program_variable = 43;
  pthread_barrier_wait(&barrier);
  BothRun();
  pthread_barrier_wait(&barrier);
  return unused;
}

static void RunThread(void) {
  pthread_t thread;
  pthread_barrier_init(&barrier, NULL, 2);
  pthread_create(&thread, NULL, Work, NULL);
  pthread_barrier_wait(&barrier);
  pthread_barrier_wait(&barrier);
  pthread_join(thread, NULL);
}

static void OpenPlugin(void) {
  void* plugin = dlopen("libgdb-plugin.so", RTLD_NOW);
  if (plugin == NULL) {
    puts(dlerror());
    return;
  }
  int (*twice)(int) = (int (*)(int))dlsym(plugin, "PluginTwice");
  printf("PluginTwice is at %p\n", (void*)twice);
  fflush(stdout);
  printf("twice 21 is %d\n", twice(21));
}

int program_crashes;
static int (*plugin_crash)(int);

int ProgramCrash(const void* a, const void* b) { return a == b ? 0 : plugin_crash(17); }

// In a plugin, called by the program, called by libc, called by a library.
static void Crash(void) {
  int values[] = {3, 1, 2};
  void* plugin = dlopen("libgdb-plugin.so", RTLD_NOW);
  plugin_crash = (int (*)(int))dlsym(plugin, "PluginCrash");
  printf("PluginCrash is at %p\n", (void*)plugin_crash);
  fflush(stdout);
  program_crashes = 17;
  LibrarySort(values, 3, ProgramCrash);
}

// Keeps the processor busy in the program, the library and a plugin, for a profile.
static unsigned Spin(void) {
  unsigned (*spin)(unsigned) =
      (unsigned (*)(unsigned))dlsym(dlopen("libgdb-plugin.so", RTLD_NOW), "PluginSpin");
  unsigned sum = 0;
  for (unsigned i = 0; i < 5; ++i) {
    sum += ProgramSpin(10000000);
    sum += LibrarySpin(10000000);
    sum += spin(10000000);
  }
  return sum;
}

static void Wait(void) {
  puts("waiting");
  fflush(stdout);
  pause();
}

int main(int argc, char** argv) {
  const char* what = argc > 1 ? argv[1] : "";
  printf("ProgramCompare is at %p\nLibrarySort is at %p\nqsort is at %p\n", (void*)ProgramCompare,
         (void*)LibrarySort, (void*)qsort);
  fflush(stdout);
  if (strcmp(what, "sort") == 0) Sort();
  if (strcmp(what, "thread") == 0) RunThread();
  if (strcmp(what, "plugin") == 0) OpenPlugin();
  if (strcmp(what, "wait") == 0) Wait();
  if (strcmp(what, "crash") == 0) Crash();
  if (strcmp(what, "spin") == 0) printf("sum: %u\n", Spin());
  return 0;
}

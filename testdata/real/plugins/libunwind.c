// SPDX-License-Identifier: MIT
//
// libunwind walks up the stack: from a plug-in through libc and the program, out of a signal
// handler, and in a thread. libunwind reads the names from the modules' files itself.
#define UNW_LOCAL_ONLY
#include <dlfcn.h>
#include <libunwind.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Libraries call this. Stops at main, and where a thread begins, because the C library names that.
void Walk(const char* where) {
  unw_context_t context;
  unw_cursor_t cursor;
  unw_getcontext(&context);
  unw_init_local(&cursor, &context);
  printf("%s:", where);
  int step;
  do {
    char name[64] = "?";
    unw_word_t offset;
    unw_get_proc_name(&cursor, name, sizeof name, &offset);
    printf(" %s%s", name, unw_is_signal_frame(&cursor) > 0 ? "(signal)" : "");
    if (strcmp(name, "main") == 0) break;
  } while ((step = unw_step(&cursor)) > 0);
  printf("%s\n", step < 0 ? " failed" : "");
}

static int (*plugin_compare)(const void*, const void*);
int LibraryCompare(const void* a, const void* b);

void Handler(int number) {
  (void)number;
  Walk("signal");
}

__attribute__((noinline)) void RaiseIt(void) {
  raise(SIGUSR1);
  __asm__ volatile("");
}

void* Thread(void* unused) {
  Walk("thread");
  return unused;
}

int main(void) {
  int numbers[] = {2, 1};
  Walk("program");
  qsort(numbers, 2, sizeof(int), LibraryCompare);
  void* plugin = dlopen("./libplugin.so", RTLD_NOW);
  if (plugin == NULL) {
    puts(dlerror());
    return 1;
  }
  plugin_compare = (int (*)(const void*, const void*))dlsym(plugin, "PluginCompare");
  qsort(numbers, 2, sizeof(int), plugin_compare);
  signal(SIGUSR1, Handler);
  RaiseIt();
  // The handler's stack leads through the plug-in too.
  void (*plugin_raise)(void (*)(void)) = (void (*)(void (*)(void)))dlsym(plugin, "PluginCall");
  plugin_raise(RaiseIt);
  pthread_t thread;
  pthread_create(&thread, NULL, Thread, NULL);
  pthread_join(thread, NULL);
  return 5;
}

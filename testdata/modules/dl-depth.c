// SPDX-License-Identifier: MIT
//
// How much stack calls of the dl family take: each is made by a thread of its own, on a stack that
// was filled before. Prints a name and a number of bytes for each. The argument is a library.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum { kSize = 1 << 20, kFilling = 0x5a };

static const char* g_library;

static int Ignore(struct dl_phdr_info* info, size_t size, void* data) { return 0; }

static void Nothing(void) {}
static void Open(void) { dlopen(g_library, RTLD_NOW); }
static void OpenMissing(void) { dlopen("libmissing.so", RTLD_NOW); }
static void Symbol(void) { dlsym(RTLD_DEFAULT, "printf"); }
static void MissingSymbol(void) { dlsym(RTLD_DEFAULT, "no_such_symbol"); }
static void Error(void) {
  dlsym(RTLD_DEFAULT, "no_such_symbol");
  dlerror();
}
static void Iterate(void) { dl_iterate_phdr(Ignore, NULL); }

static void* Run(void* call) {
  (*(void (**)(void))call)();
  return NULL;
}

static size_t Depth(void (*call)(void)) {
  unsigned char* stack =
      mmap(NULL, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(stack, kFilling, kSize);
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setstack(&attributes, stack, kSize);
  pthread_create(&thread, &attributes, Run, &call);
  pthread_join(thread, NULL);
  size_t unused = 0;
  while (unused < kSize && stack[unused] == kFilling) ++unused;
  return kSize - unused;
}

int main(int argc, char** argv) {
  const struct {
    const char* name;
    void (*call)(void);
  } calls[] = {{"dlopen", Open},   {"missing", OpenMissing},
               {"dlsym", Symbol},  {"undefined", MissingSymbol},
               {"dlerror", Error}, {"iterate", Iterate}};
  g_library = argv[argc - 1];
  Depth(Nothing);  // the first thread takes more
  const size_t base = Depth(Nothing);
  for (size_t i = 0; i < sizeof calls / sizeof calls[0]; ++i) {
    const size_t depth = Depth(calls[i].call);
    printf("%s %zu\n", calls[i].name, depth > base ? depth - base : 0);
  }
  return 0;
}

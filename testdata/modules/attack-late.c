// SPDX-License-Identifier: MIT
//
// Makes libc open modules by itself: the unwinder, for a thread that is cancelled, and converters
// of characters, which need a library of their own. Then makes the call into the dynamic linker
// that the argument names, and attacks the text of those modules.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <iconv.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "attack-maps.h"

static void* Wait(void* unused) {
  for (;;) pause();
  return unused;
}

static void OpenLateModules(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, Wait, NULL);
  pthread_cancel(thread);
  pthread_join(thread, NULL);
  iconv_open("UTF-8", "EUC-JP");
}

static int Ignore(struct dl_phdr_info* info, size_t size, void* data) { return 0; }

static void Call(const char* name) {
  struct link_map* map;
  Dl_info address;
  struct dl_find_object object;
  if (strcmp(name, "dlsym") == 0) dlsym(RTLD_DEFAULT, "no_such_symbol");
  if (strcmp(name, "dlvsym") == 0) dlvsym(RTLD_DEFAULT, "no_such_symbol", "GLIBC_2.2.5");
  if (strcmp(name, "dlopen") == 0) dlopen("libc.so.6", RTLD_NOW);
  if (strcmp(name, "dlclose") == 0) dlclose(dlopen(NULL, RTLD_NOW));
  if (strcmp(name, "dlinfo") == 0) dlinfo(dlopen(NULL, RTLD_NOW), RTLD_DI_LINKMAP, &map);
  if (strcmp(name, "dl_iterate_phdr") == 0) dl_iterate_phdr(Ignore, NULL);
  if (strcmp(name, "dladdr") == 0) dladdr(name, &address);
  if (strcmp(name, "dladdr1") == 0) dladdr1(name, &address, (void**)&map, RTLD_DL_LINKMAP);
  if (strcmp(name, "_dl_find_object") == 0) _dl_find_object((void*)name, &object);
}

static void Attack(const char* library) {
  MappingFacts text;
  if (!FindMappingOf(library, "r-xp", &text)) return;
  const int result = mprotect(text.start, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
  printf("%s: %s\n", library, result == 0 ? "changed" : strerror(errno));
}

int main(int argc, char** argv) {
  OpenLateModules();
  Call(argc > 1 ? argv[1] : "");
  Attack("/libgcc_s.so.1");
  Attack("/EUC-JP.so");
  Attack("/libJIS.so");
  return 0;
}

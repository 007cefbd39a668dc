// SPDX-License-Identifier: MIT
//
// Calls libc's own dlopen and its family by their addresses, as injectors do, and hands handles
// from one family to the other. Each call answers, or says why it does not.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int program_symbol = 7;

static struct link_map* libc;

// An export of libc, by its own tables.
static void* Own(const char* name) {
  const ElfW(Sym)* symbols = NULL;
  const char* strings = NULL;
  const uint32_t* hash = NULL;
  for (const ElfW(Dyn)* dyn = libc->l_ld; dyn->d_tag != DT_NULL; ++dyn) {
    if (dyn->d_tag == DT_SYMTAB) symbols = (const void*)dyn->d_un.d_ptr;
    if (dyn->d_tag == DT_STRTAB) strings = (const void*)dyn->d_un.d_ptr;
    if (dyn->d_tag == DT_GNU_HASH) hash = (const void*)dyn->d_un.d_ptr;
  }
  const uint32_t* buckets = hash + 4 + 2 * hash[2];
  const uint32_t* chain = buckets + hash[0];
  for (uint32_t i = 0; i < hash[0]; ++i) {
    for (uint32_t at = buckets[i]; at != 0; ++at) {
      if (strcmp(strings + symbols[at].st_name, name) == 0)
        return (char*)libc->l_addr + symbols[at].st_value;
      if ((chain[at - hash[1]] & 1) != 0) break;
    }
  }
  return NULL;
}

// `error` is called behind the call that has answered or not.
static void Say(const char* what, int answered, char* (*error)(void)) {
  printf("%s: %s\n", what, answered || error() != NULL ? "answers or says why" : "silent");
}

int main(void) {
  dlinfo(dlopen("libc.so.6", RTLD_NOW), RTLD_DI_LINKMAP, &libc);
  void* (*own_dlopen)(const char*, int) = Own("dlopen");
  void* (*own_dlsym)(void*, const char*) = Own("dlsym");
  void* (*own_dlvsym)(void*, const char*, const char*) = Own("dlvsym");
  int (*own_dlinfo)(void*, int, void*) = Own("dlinfo");
  int (*own_dlclose)(void*) = Own("dlclose");
  char* (*own_dlerror)(void) = Own("dlerror");
  if (own_dlopen == NULL) {
    puts("libc has no dlopen");  // before 2.34 it is libdl's
    return 0;
  }
  // A hook finds the function that it replaces.
  void* (*next)(void*, const char*) = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.2.5");
  printf("dlsym by dlvsym: %d\n", *(int*)next(RTLD_DEFAULT, "program_symbol"));

  void* handles[] = {dlopen(NULL, RTLD_NOW), dlopen("libc.so.6", RTLD_NOW),
                     dlopen("libz.so.1", RTLD_NOW)};
  for (int i = 0; i < 3; ++i) {
    struct link_map* map = NULL;
    Say("libc's dlsym", own_dlsym(handles[i], "program_symbol") != NULL, own_dlerror);
    Say("libc's dlvsym", own_dlvsym(handles[i], "zlibVersion", "NONE") != NULL, own_dlerror);
    Say("libc's dlinfo", own_dlinfo(handles[i], RTLD_DI_LINKMAP, &map) == 0, own_dlerror);
    Say("libc's dlclose", own_dlclose(handles[i]) == 0, own_dlerror);
  }
  void* others[] = {own_dlopen(NULL, RTLD_NOW), own_dlopen("libz.so.1", RTLD_NOW)};
  for (int i = 0; i < 2; ++i) {
    struct link_map* map = NULL;
    Say("dlsym", dlsym(others[i], "program_symbol") != NULL, dlerror);
    Say("dlvsym", dlvsym(others[i], "zlibVersion", "NONE") != NULL, dlerror);
    Say("dlinfo", dlinfo(others[i], RTLD_DI_LINKMAP, &map) == 0, dlerror);
    Say("dlclose", dlclose(others[i]) == 0, dlerror);
  }
  return 0;
}

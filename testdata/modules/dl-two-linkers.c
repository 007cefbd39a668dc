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

// dlsym and its family, of one of the two linkers.
struct Family {
  const char* owner;
  void* (*dlsym)(void*, const char*);
  void* (*dlvsym)(void*, const char*, const char*);
  int (*dlinfo)(void*, int, void*);
  int (*dlclose)(void*);
  char* (*dlerror)(void);
};

static void Say(const struct Family* family, const char* what, int answered) {
  printf("%s %s: %s\n", family->owner, what,
         answered || family->dlerror() != NULL ? "answers or says why" : "silent");
}

static void Try(const struct Family* family, void* handle) {
  struct link_map* map = NULL;
  Say(family, "dlsym", family->dlsym(handle, "program_symbol") != NULL);
  Say(family, "dlvsym", family->dlvsym(handle, "zlibVersion", "NONE") != NULL);
  Say(family, "dlinfo", family->dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0);
  Say(family, "dlclose", family->dlclose(handle) == 0);
}

int main(void) {
  dlinfo(dlopen("libc.so.6", RTLD_NOW), RTLD_DI_LINKMAP, &libc);
  void* (*own_dlopen)(const char*, int) = Own("dlopen");
  const struct Family own = {"libc's",      Own("dlsym"),   Own("dlvsym"),
                             Own("dlinfo"), Own("dlclose"), Own("dlerror")};
  const struct Family bound = {"the bound", dlsym, dlvsym, dlinfo, dlclose, dlerror};
  if (own_dlopen == NULL) {
    puts("libc has no dlopen");  // before 2.34 it is libdl's
    return 0;
  }
  // A hook finds the function that it replaces.
  void* (*next)(void*, const char*) = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.2.5");
  printf("dlsym by dlvsym: %d\n", *(int*)next(RTLD_DEFAULT, "program_symbol"));

  Try(&own, dlopen(NULL, RTLD_NOW));
  Try(&own, dlopen("libc.so.6", RTLD_NOW));
  Try(&own, dlopen("libz.so.1", RTLD_NOW));
  Try(&bound, own_dlopen(NULL, RTLD_NOW));
  Try(&bound, own_dlopen("libz.so.1", RTLD_NOW));
  return 0;
}

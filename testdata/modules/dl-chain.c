// SPDX-License-Identifier: MIT
//
// The list of modules that <link.h> shows, and what dl_iterate_phdr says about the same modules.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <string.h>

static struct link_map* Find(const char* name) {
  for (struct link_map* map = dlopen(NULL, RTLD_NOW); map != NULL; map = map->l_next) {
    if (strstr(map->l_name, name) != NULL) return map;
  }
  return NULL;
}

typedef struct {
  const char* name;
  struct dl_phdr_info info;
  int found;
} Search;

static int Visit(struct dl_phdr_info* info, size_t size, void* data) {
  Search* search = data;
  if (strstr(info->dlpi_name, search->name) == NULL || size != sizeof *info) return 0;
  search->info = *info;
  ++search->found;
  return 3;
}

static int First(struct dl_phdr_info* info, size_t size, void* data) {
  (void)size;
  *(struct dl_phdr_info*)data = *info;
  return 1;
}

int main(void) {
  struct dl_phdr_info before, after;
  printf("before: %s\n", Find("libstate.so") == NULL ? "absent" : "there");
  dl_iterate_phdr(First, &before);
  void* library = dlopen("libstate.so", RTLD_NOW);
  dl_iterate_phdr(First, &after);
  printf("first: \"%s\", adds: +%d\n", after.dlpi_name, (int)(after.dlpi_adds - before.dlpi_adds));

  struct link_map* map = Find("libstate.so");
  printf("handle: %s\nname: %s\n", (void*)map == library ? "the map" : "another", map->l_name);
  printf("back: %s\n", map->l_prev->l_next == map ? "yes" : "no");
  printf("last: %s\n", map->l_next == NULL ? "yes" : "no");
  const ElfW(Dyn)* dynamic = map->l_ld;
  while (dynamic->d_tag != DT_NULL && dynamic->d_tag != DT_SONAME) ++dynamic;
  printf("soname: %s\n", dynamic->d_tag == DT_SONAME ? "there" : "missing");
  const ElfW(Ehdr)* header = (const ElfW(Ehdr)*)map->l_addr;

  Search search = {.name = "libstate.so"};
  printf("iterate: %d\n", dl_iterate_phdr(Visit, &search));
  printf("name: %s\naddress: %s\nheaders: %s\n",
         strcmp(search.info.dlpi_name, map->l_name) == 0 ? "the same" : search.info.dlpi_name,
         search.info.dlpi_addr == map->l_addr ? "the same" : "another",
         search.info.dlpi_phnum == header->e_phnum &&
                 memcmp(search.info.dlpi_phdr, (const char*)header + header->e_phoff,
                        header->e_phnum * sizeof(ElfW(Phdr))) == 0
             ? "right"
             : "wrong");
  return 0;
}

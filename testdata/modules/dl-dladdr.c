// SPDX-License-Identifier: MIT
//
// dladdr and dladdr1 for functions and objects of an opened library and of the program, and for an
// address in no module. The program has a function that dladdr finds.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int g_of_program = 3;
void OfProgram(void) {}

static void* g_library;

static void Tell(const char* what, const void* address) {
  Dl_info info;
  memset(&info, 0xee, sizeof info);
  const int found = dladdr(address, &info);
  printf("%s: %d", what, found);
  if (found != 0) {
    printf(" %s %s", info.dli_fname, info.dli_sname == NULL ? "(no name)" : info.dli_sname);
    const ElfW(Ehdr)* header = info.dli_fbase;
    printf(" %s", memcmp(header->e_ident, ELFMAG, SELFMAG) == 0 ? "ELF" : "not ELF");
    if (info.dli_saddr != NULL) printf(" +%td", (char*)address - (char*)info.dli_saddr);
  }
  puts("");
}

static char* Symbol(const char* name) { return dlsym(g_library, name); }

static void More(void) {
  Dl_info info;
  const ElfW(Sym)* symbol = NULL;
  struct link_map* map = NULL;
  int found = dladdr1(Symbol("g_object"), &info, (void**)&symbol, RTLD_DL_SYMENT);
  printf("symbol: %d, size %d, type %d, %s\n", found, (int)symbol->st_size,
         ELF64_ST_TYPE(symbol->st_info),
         (char*)info.dli_fbase + symbol->st_value == Symbol("g_object") ? "its value" : "another");
  found = dladdr1(Symbol("AddressOfPrivate"), &info, (void**)&map, RTLD_DL_LINKMAP);
  printf("map: %d, %s, %s\n", found, (void*)map == g_library ? "the handle" : "another",
         (char*)map->l_addr == (char*)info.dli_fbase ? "its address" : "another");
  symbol = (const ElfW(Sym)*)1;
  void* own = ((void* (*)(void))Symbol("AddressOfOwn"))();
  found = dladdr1(own, &info, (void**)&symbol, RTLD_DL_SYMENT);
  printf("no symbol: %d, %s\n", found, symbol == NULL ? "null" : "some");
  found = dladdr1((void*)OfProgram, &info, (void**)&map, RTLD_DL_LINKMAP);
  printf("program: %d, %s\n", found,
         (void*)map == dlopen(NULL, RTLD_NOW) ? "the handle" : "another");
}

int main(void) {
  g_library = dlopen("libdladdr.so", RTLD_NOW);
  Tell("function", Symbol("PublicFunction"));
  Tell("inside", Symbol("PublicFunction") + 1);
  Tell("object", Symbol("g_object"));
  Tell("element", Symbol("g_object") + 8);
  Tell("own function", ((void* (*)(void))Symbol("AddressOfPrivate"))());
  Tell("null", NULL);
  int on_stack = 0;
  Tell("stack", &on_stack);
  Tell("heap", malloc(1));
  Tell("program's function", (void*)OfProgram);
  Tell("program's object", &g_of_program);
  Dl_info info;
  const int found = dladdr(Symbol("puts"), &info);
  printf("libc: %d %s\n", found, strstr(info.dli_sname, "puts") != NULL ? "puts" : "another");
  More();
  return 0;
}

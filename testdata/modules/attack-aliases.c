// SPDX-License-Identifier: MIT
//
// Looks through the symbols of libc for each name of each function that changes mappings, whatever
// the name is, and tries to get libc's own function by that name: by linking, and by dlsym and
// dlvsym, from all modules, from libc, and from the modules behind this one.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attack-names.h"

void* dlvsym(void* handle, const char* name, const char* version) __attribute__((weak));

static const char* libc_start;
static void* libc_handle;

static void Report(const char* name, const char* way, const void* found, const void* own) {
  if (found == own) printf("%s by %s: libc's own\n", name, way);
}

static void TryDl(const char* name, const char* way, void* handle, const void* own) {
  Report(name, way, dlsym(handle, name), own);
  if (dlvsym == NULL) return;
  Report(name, way, dlvsym(handle, name, "GLIBC_PRIVATE"), own);
  Report(name, way, dlvsym(handle, name, "GLIBC_2.2.5"), own);
}

static void Try(const char* name, const char* own) {
  printf("%s is a name\n", name);
  TryDl(name, "dlsym RTLD_DEFAULT", RTLD_DEFAULT, own);
  TryDl(name, "dlsym RTLD_NEXT", RTLD_NEXT, own);
  TryDl(name, "dlsym of libc", libc_handle, own);
  for (const struct AttackName* linked = g_attack_names;; ++linked) {
    if (linked->name[0] == '\0') {
      printf("%s by linking: was not tried\n", name);
      return;
    }
    if (strcmp(linked->name, name) != 0) continue;
    if (linked->address == NULL) printf("%s by linking: undefined\n", name);
    Report(name, "linking", linked->address, own);
    return;
  }
}

static int IsAttackName(const char* name) {
  for (const struct AttackName* known = g_attack_names; known->name[0] != '\0'; ++known) {
    if (strcmp(known->name, name) == 0) return 1;
  }
  return 0;
}

int main(void) {
  Dl_info libc;
  dladdr(dlsym(RTLD_DEFAULT, "getpid"), &libc);
  libc_start = libc.dli_fbase;
  libc_handle = dlopen(libc.dli_fname, RTLD_NOW);
  const int file = open(libc.dli_fname, O_RDONLY);
  struct stat facts;
  fstat(file, &facts);
  const char* image = mmap(NULL, (size_t)facts.st_size, PROT_READ, MAP_PRIVATE, file, 0);
  const Elf64_Ehdr* header = (const Elf64_Ehdr*)image;
  const Elf64_Shdr* sections = (const Elf64_Shdr*)(image + header->e_shoff);
  const Elf64_Shdr* table = sections;
  while (table->sh_type != SHT_DYNSYM) ++table;
  const char* names = image + sections[table->sh_link].sh_offset;
  const Elf64_Sym* symbols = (const Elf64_Sym*)(image + table->sh_offset);
  const size_t count = table->sh_size / sizeof *symbols;
  for (size_t i = 1; i < count; ++i) {
    if (symbols[i].st_shndx == SHN_UNDEF || ELF64_ST_TYPE(symbols[i].st_info) != STT_FUNC) continue;
    int is_attack = 0;
    for (size_t j = 1; j < count && !is_attack; ++j) {
      is_attack = symbols[j].st_value == symbols[i].st_value && symbols[j].st_shndx != SHN_UNDEF &&
                  IsAttackName(names + symbols[j].st_name);
    }
    if (is_attack) Try(names + symbols[i].st_name, libc_start + symbols[i].st_value);
  }
  return 0;
}

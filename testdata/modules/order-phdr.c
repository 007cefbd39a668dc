// SPDX-License-Identifier: MIT
//
// What dl_iterate_phdr and getauxval return in a program with a C library: each module once, in
// load order, with the right addresses.
#define _GNU_SOURCE
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>

int* FirstThreadLocal(void);
int* SecondThreadLocal(void);
const void* FirstHome(void);
const void* SecondHome(void);

enum { kMaxModules = 64 };

static struct dl_phdr_info g_modules[kMaxModules];
static int g_count;

static int Take(struct dl_phdr_info* info, size_t size, void* data) {
  (void)size, (void)data;
  g_modules[g_count++] = *info;
  return g_count == kMaxModules;
}

static const char* BaseName(const char* path) {
  const char* slash = strrchr(path, '/');
  return slash == NULL ? path : slash + 1;
}

static int Contains(const struct dl_phdr_info* module, const void* address) {
  for (int i = 0; i < module->dlpi_phnum; ++i) {
    const ElfW(Phdr)* phdr = &module->dlpi_phdr[i];
    if (phdr->p_type == PT_LOAD &&
        (ElfW(Addr))address - module->dlpi_addr - phdr->p_vaddr < phdr->p_memsz) {
      return 1;
    }
  }
  return 0;
}

static int Owners(const void* address) {
  int owners = 0;
  for (int i = 0; i < g_count; ++i) owners += Contains(&g_modules[i], address);
  return owners;
}

static const struct dl_phdr_info* Find(const char* name) {
  for (int i = 0; i < g_count; ++i) {
    if (strcmp(BaseName(g_modules[i].dlpi_name), name) == 0) return &g_modules[i];
  }
  return NULL;
}

static int HoldsThreadLocal(const struct dl_phdr_info* module, const int* address) {
  for (int i = 0; i < module->dlpi_phnum; ++i) {
    if (module->dlpi_phdr[i].p_type == PT_TLS) {
      return module->dlpi_tls_modid != 0 &&
             (size_t)address - (size_t)module->dlpi_tls_data < module->dlpi_phdr[i].p_memsz;
    }
  }
  return 0;
}

static void Check(const char* what, int truth) { printf("%s: %s\n", what, truth ? "yes" : "no"); }

int main(void) {
  dl_iterate_phdr(Take, NULL);
  int twice = 0;
  for (int i = 0; i < g_count; ++i) {
    for (int j = 0; j < i; ++j) {
      twice += g_modules[i].dlpi_addr == g_modules[j].dlpi_addr &&
               g_modules[i].dlpi_phdr == g_modules[j].dlpi_phdr;
    }
    if (strstr(g_modules[i].dlpi_name, "liborder") != NULL) {
      printf("module: %s\n", BaseName(g_modules[i].dlpi_name));
      Check("  path is absolute", g_modules[i].dlpi_name[0] == '/');
    }
  }
  printf("modules twice: %d\n", twice);
  Check("first is the program, without a name", g_modules[0].dlpi_name[0] == '\0');
  Check("AT_PHDR is the first's", getauxval(AT_PHDR) == (unsigned long)g_modules[0].dlpi_phdr);
  Check("AT_PHNUM is the first's", getauxval(AT_PHNUM) == g_modules[0].dlpi_phnum);
  Check("AT_ENTRY is in the first", Contains(&g_modules[0], (void*)getauxval(AT_ENTRY)));
  Check("main is in the first", Contains(&g_modules[0], (void*)main));
  Check("libc is there", Find("libc.so.6") != NULL);
  Check("stdout is in one module", Owners((void*)stdout) == 1);
  const struct dl_phdr_info* first = Find("liborder-tls-First.so");
  const struct dl_phdr_info* second = Find("liborder-tls-Second.so");
  Check("first's object is in one module", Owners(FirstHome()) == 1);
  Check("first's object is the first's", Contains(first, FirstHome()));
  Check("second's object is the second's", Contains(second, SecondHome()));
  Check("first's thread-local is the first's", HoldsThreadLocal(first, FirstThreadLocal()));
  Check("second's thread-local is the second's", HoldsThreadLocal(second, SecondThreadLocal()));
  Check("module ids differ", first->dlpi_tls_modid != second->dlpi_tls_modid);
  Check("modules have been added", g_modules[0].dlpi_adds >= (unsigned long)g_count - 1);
  return 0;
}

// SPDX-License-Identifier: MIT
//
// A library whose IFUNC resolver calls the dynamic linker, so often that memory is needed
// meanwhile.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <string.h>

static int Twentytwo(void) { return 22; }

static int Open(struct dl_phdr_info* info, size_t size, void* name) {
  dlopen(name, RTLD_NOW | RTLD_NOLOAD);
  return 1;
}

// A long name of a file that is there and is not loaded: the loader keeps the name for as long as
// the library is being opened.
static int (*Resolve(void))(void) {
  char name[1024];
  for (int i = 0; i < 1000; ++i) name[i] = "/."[i % 2];
  strcpy(name + 1000, "/proc/self/maps");
  for (int i = 0; i < 64; ++i) dl_iterate_phdr(Open, name);
  return Twentytwo;
}

int faults_a(void) __attribute__((ifunc("Resolve")));

// So that there is a reference, which is bound when the library is opened.
int (*g_faults_reference)(void) = faults_a;

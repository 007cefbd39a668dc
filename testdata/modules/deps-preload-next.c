// SPDX-License-Identifier: MIT
//
// A library to be preloaded which, as many do, asks in its constructor for what it stands before.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>

static int (*g_next)(const char*);

__attribute__((constructor)) static void Come(void) {
  *(void**)&g_next = dlsym(RTLD_NEXT, "puts");
  g_next("constructed");
}

int puts(const char* text) { return g_next(text); }

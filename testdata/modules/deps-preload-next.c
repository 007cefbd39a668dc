// SPDX-License-Identifier: MIT
//
// A library to preload. Like many such libraries, its constructor asks for the function behind its
// own.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>

static int (*g_next)(const char*);

__attribute__((constructor)) static void Come(void) {
  *(void**)&g_next = dlsym(RTLD_NEXT, "puts");
  g_next("constructed");
}

int puts(const char* text) { return g_next(text); }

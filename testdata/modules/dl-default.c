// SPDX-License-Identifier: MIT
//
// What a library finds with RTLD_DEFAULT: also symbols that only its own group has.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>

const char* OnlyHere(void) { return "here"; }
const char* Where(void) { return "library"; }

static const char* Ask(const char* name) {
  const char* (*function)(void) = (const char* (*)(void))dlsym(RTLD_DEFAULT, name);
  return function == NULL ? dlerror() : function();
}

const char* AskOwn(void) { return Ask("OnlyHere"); }
const char* AskWhere(void) { return Ask("Where"); }
const char* AskNothing(void) { return Ask("Nothing"); }

// SPDX-License-Identifier: MIT
//
// Opens the library OPENS and asks it Where it is: when it is asked itself, and with IN_CONSTRUCTOR
// and IN_DESTRUCTOR in its constructor and destructor too. With WHERE it has its own answer.
#include <dlfcn.h>
#include <stdio.h>

const char* ASK(void) {
  void* library = dlopen(OPENS, RTLD_NOW);
  if (library == NULL) return dlerror();
  const char* (*where)(void) = (const char* (*)(void))dlsym(library, "Where");
  return where == NULL ? dlerror() : where();
}

#ifdef WHERE
const char* Where(void) { return WHERE; }
#endif

#ifdef IN_CONSTRUCTOR
__attribute__((constructor)) static void Come(void) { printf("constructor: %s\n", ASK()); }
#endif

#ifdef IN_DESTRUCTOR
__attribute__((destructor)) static void Go(void) { printf("destructor: %s\n", ASK()); }
#endif

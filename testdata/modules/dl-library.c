// SPDX-License-Identifier: MIT
//
// A library to open. NAME is its name, which its functions return. These are optional: COMMON and
// OWN are functions that it defines; USES is a function from another module, and ASK a function of
// its own that calls USES; with LOUD its constructor and destructor print a line; EXIT is the
// status with which its constructor ends the process.
#include <stdio.h>
#include <stdlib.h>

#ifdef COMMON
const char* COMMON(void) { return NAME; }
#endif

#ifdef OWN
const char* OWN(void) { return NAME; }
#endif

#ifdef USES
const char* USES(void);
const char* ASK(void) { return USES(); }
#endif

#ifdef LOUD
__attribute__((constructor)) static void Come(void) {
  puts("+ " NAME);
#ifdef EXIT
  exit(EXIT);
#endif
}
__attribute__((destructor)) static void Go(void) { puts("- " NAME); }
#endif

// SPDX-License-Identifier: MIT
//
// A library to open: NAME is what it calls itself, and what its functions answer. All of these
// are optional: COMMON and OWN, functions that it defines; USES, a function that it takes from
// elsewhere, and ASK, one of its own that calls that; LOUD: it tells when it comes and goes;
// EXIT: the status with which it ends the process when it comes.
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

// SPDX-License-Identifier: MIT
//
// Thread-local variables that are all zero: a PT_TLS without bytes in the file. With PROGRAM this
// is the program, otherwise its library.
#ifdef PROGRAM
#include "start.h"
#else
#include "freestanding.h"
#endif

static __thread int g_zero[100];

#ifdef PROGRAM
void Facts(void);

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  FactNumber("program", g_zero[0] + g_zero[99]);
  g_zero[0] = g_zero[99] = 1;
  Facts();
  return 0;
}
#else
void Facts(void) {
  FactNumber("library", g_zero[0] + g_zero[99]);
  g_zero[0] = g_zero[99] = 1;
}
#endif

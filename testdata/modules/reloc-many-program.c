// SPDX-License-Identifier: MIT
//
// reloc-many.c as a program.
#include "reloc-many.c"
#include "start.h"

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  Facts();
  return 0;
}

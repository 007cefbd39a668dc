// SPDX-License-Identifier: MIT
//
// A program that needs nothing but the kernel.
#include "start.h"

static int Main(int argc, char** argv, char** envp) {
  (void)envp;
  Check("stack aligned", (Word)(argv - 1) % 16 == 0);
  FactNumber("argc", argc);
  Fact("last argument", argv[argc - 1]);
  return 9;
}

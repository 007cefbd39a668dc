// SPDX-License-Identifier: MIT
//
// A program that prints nothing; its libraries do.
#include "start.h"

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  Line("program");
  return 0;
}

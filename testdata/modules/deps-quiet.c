// SPDX-License-Identifier: MIT
//
// A program whose libraries do the talking.
#include "start.h"

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  Line("program");
  return 0;
}

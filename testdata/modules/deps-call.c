// SPDX-License-Identifier: MIT
//
// Asks its library where the library was found.
#include "start.h"

const char* Where(void);

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  Fact("where", Where());
  return 0;
}

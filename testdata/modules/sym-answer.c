// SPDX-License-Identifier: MIT
//
// Prints the Answer that it was linked against.
#include "start.h"

const char* Answer(void);

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  Fact("answer", Answer());
  return 0;
}

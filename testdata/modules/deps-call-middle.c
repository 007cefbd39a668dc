// SPDX-License-Identifier: MIT
//
// Asks the library in the middle where it found the last library.
#include "start.h"

const char* Middle(void);

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  Fact("where", Middle());
  return 0;
}

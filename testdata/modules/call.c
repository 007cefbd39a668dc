// SPDX-License-Identifier: MIT
//
// Calls a library that prints its facts.
#include "start.h"

void Facts(void);

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  Facts();
  return 0;
}

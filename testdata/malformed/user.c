// SPDX-License-Identifier: MIT
//
// A sound program that needs the victim as a library. Exits with status 0.
#include "../modules/start.h"

int VictimFunction(void);

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  return VictimFunction();
}

// SPDX-License-Identifier: MIT
#include "start.h"

int g_low[2] = {20, 21};
int* LowObject(void);

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  FactNumber("32", *LowObject());
  return 0;
}

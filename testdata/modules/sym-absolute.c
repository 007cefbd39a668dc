// SPDX-License-Identifier: MIT
#include "start.h"

extern const char Absolute[];
const char* volatile g_absolute = Absolute;

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  FactNumber("absolute", (long)g_absolute);
  return 0;
}

// SPDX-License-Identifier: MIT
#include "start.h"

extern int (*g_indirect)(void);
extern int (*g_own)(void);

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  FactNumber("pointer to indirect function", g_indirect());
  FactNumber("pointer to library's own", g_own());
  return 0;
}

// SPDX-License-Identifier: MIT
//
// An interpreter that does nothing but exit with status 0: what fails under it, the kernel failed.
#include "../modules/start.h"

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  Quit(0);
}

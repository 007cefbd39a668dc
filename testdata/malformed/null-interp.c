// SPDX-License-Identifier: MIT
//
// An interpreter that only exits with status 0. If a program fails under it, the kernel refused it.
#include "../modules/start.h"

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  Quit(0);
}

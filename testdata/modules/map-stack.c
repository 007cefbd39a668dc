// SPDX-License-Identifier: MIT
//
// A program that asks for an executable stack (PT_GNU_STACK), or whose library does, as pointers to
// nested functions need it; and a program that does not.
#include "maps.h"
#include "start.h"

void Nothing(void);

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  Nothing();
  char local = 0;
  Fact("stack", PermissionsAt(&local));
  return 0;
}

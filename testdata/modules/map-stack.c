// SPDX-License-Identifier: MIT
//
// A program whose file or whose library's file asks for an executable stack (PT_GNU_STACK), as
// pointers to nested functions want it, and one that does not.
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

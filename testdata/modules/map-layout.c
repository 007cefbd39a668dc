// SPDX-License-Identifier: MIT
#include "map-layout.h"

#include "start.h"

void LibraryLayout(void);

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  Layout("program");
  LibraryLayout();
  return 0;
}

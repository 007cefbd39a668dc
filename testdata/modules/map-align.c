// SPDX-License-Identifier: MIT
#include "map-align.h"

#include "start.h"

void LibraryAlignment(void);

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  Alignment("program");
  LibraryAlignment();
  return 0;
}

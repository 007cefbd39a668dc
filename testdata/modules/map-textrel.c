// SPDX-License-Identifier: MIT
#include "map-textrel-facts.h"
#include "start.h"

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  TextFacts();
  return 0;
}

// SPDX-License-Identifier: MIT
#include "start.h"

int* UniqueOfFirst(void);
int* UniqueOfSecond(void);

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  FactNumber("value", *UniqueOfFirst());
  Check("one object", UniqueOfFirst() == UniqueOfSecond());
  return 0;
}

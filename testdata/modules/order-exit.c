// SPDX-License-Identifier: MIT
//
// A library whose constructor ends the process.
#include <stdlib.h>

#include "freestanding.h"

__attribute__((constructor)) static void Construct(void) {
  Line("constructor exits");
  exit(6);
}

// SPDX-License-Identifier: MIT
#include "sym-hundred.h"

#define DEFINE(n) \
  int Function##n(void) { return n; }
HUNDRED(DEFINE)

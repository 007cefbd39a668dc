// SPDX-License-Identifier: MIT
#include "freestanding.h"

int main(void) {
  Line("main");
  return 0;
}

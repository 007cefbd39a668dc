// SPDX-License-Identifier: MIT
//
// Calls the library that it is linked with.
#include <stdio.h>

int AttackCode(void);

int main(void) {
  printf("the library says %d\n", AttackCode());
  return 0;
}

// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  printf("getenv: %s\n", getenv("PATH"));
  return 0;
}

// SPDX-License-Identifier: MIT
//
// Needs the libraries whose constructors attack libc's code.
#include <stdio.h>

int First(void) __attribute__((weak));
int Second(void) __attribute__((weak));

int main(void) {
  printf("errno: %d\n", First != NULL && First() && Second != NULL && Second());
  return 0;
}

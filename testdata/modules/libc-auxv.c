// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>

int main(int argc, char** argv) {
  printf("AT_EXECFN is argv[0]: %s\n",
         argc > 0 && strcmp((const char*)getauxval(AT_EXECFN), argv[0]) == 0 ? "yes" : "no");
  printf("AT_BASE is 0: %s\n", getauxval(AT_BASE) == 0 ? "yes" : "no");
  return 0;
}

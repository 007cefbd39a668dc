// SPDX-License-Identifier: MIT
//
// What a constructor is passed.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char** environ;

__attribute__((constructor)) static void Come(int argc, char** argv, char** environment) {
  const char* name = strrchr(argv[0], '/');
  printf("argc: %d, argv: %s %s, environ: %s\n", argc, name == NULL ? argv[0] : name + 1, argv[1],
         environment == environ ? "the same" : "another");
}

// SPDX-License-Identifier: MIT
//
// The smallest case: a program that prints hello, with a word from a library.
#include "start.h"

const char* Greeting(void);

static int Main(int argc, char** argv, char** envp) {
  (void)argv, (void)envp;
  Line(Greeting());
  FactNumber("arguments", argc - 1);
  return 7;
}

// SPDX-License-Identifier: MIT
//
// The least there is: a program that says hello, with a library's word in it.
#include "start.h"

const char* Greeting(void);

static int Main(int argc, char** argv, char** envp) {
  (void)argv, (void)envp;
  Line(Greeting());
  FactNumber("arguments", argc - 1);
  return 7;
}

// SPDX-License-Identifier: MIT
//
// The arguments of constructors, in a library and in the program, before and in main. With PROGRAM
// this file is the program.
#include <stdlib.h>

#include "freestanding.h"

extern char** environ;

static inline void Arguments(const char* who, int argc, char** argv, char** envp) {
  Line(who);
  FactNumber("  argc", argc);
  for (int i = 1; i < argc; ++i) Fact("  argument", argv[i]);
  Check("  argv ends", argv[argc] == 0);
  Check("  environ is envp", environ == envp);
  const char* value = getenv("ORDER_TEST");
  Fact("  ORDER_TEST", value == 0 ? "(none)" : value);
}

__attribute__((constructor)) static void Construct(int argc, char** argv, char** envp) {
#ifdef PROGRAM
  Arguments("program's constructor", argc, argv, envp);
#else
  Arguments("library's constructor", argc, argv, envp);
#endif
}

#ifdef PROGRAM
int main(int argc, char** argv, char** envp) {
  Arguments("main", argc, argv, envp);
  setenv("ORDER_TEST", "changed", 1);
  Fact("changed", getenv("ORDER_TEST"));
  return 0;
}
#endif

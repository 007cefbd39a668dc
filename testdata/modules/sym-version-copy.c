// SPDX-License-Identifier: MIT
//
// Takes an object that has a version by a COPY relocation: the library must find the copy, whose
// version stands among the program's needs.
#include "start.h"

extern int g_object;
int* AddressOfObject(void);

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  FactNumber("object", g_object);
  Check("one object", &g_object == AddressOfObject());
  return 0;
}

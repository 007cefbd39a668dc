// SPDX-License-Identifier: MIT
//
// Takes an object with a version by a COPY relocation. The library must find the copy. The program
// has the version of the copy only in its list of needed versions.
#include "start.h"

extern int g_object;
int* AddressOfObject(void);

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  FactNumber("object", g_object);
  Check("one object", &g_object == AddressOfObject());
  return 0;
}

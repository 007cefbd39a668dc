// SPDX-License-Identifier: MIT
//
// Opens the libraries that the arguments name, in turn.
#include <dlfcn.h>

#include "freestanding.h"

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) Line(dlopen(argv[i], RTLD_NOW) != 0 ? argv[i] : "failed");
  Line("main");
  return 0;
}

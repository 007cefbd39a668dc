// SPDX-License-Identifier: MIT
//
// A library with a function of libc's name, and another that calls it.
#include <stdlib.h>

char* getenv(const char* name) {
  (void)name;
  return (char*)"interposed";
}

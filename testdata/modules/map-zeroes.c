// SPDX-License-Identifier: MIT
//
// A program to which a test adds a segment of zeroes, 16 MiB behind its beginning.
#include "maps.h"
#include "start.h"

extern const char __ehdr_start[] __attribute__((visibility("hidden")));

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  Fact("zeroes", PermissionsAt(__ehdr_start + (1 << 24)));
  return 0;
}

// SPDX-License-Identifier: MIT
//
// Prints the environment variables whose names begin like a loader's, KEPT or GCONV, and whether
// the auxiliary vector is this program's.
#define _GNU_SOURCE
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

extern const ElfW(Ehdr) __ehdr_start;

int main(void) {
  for (char** variable = environ; *variable != NULL; ++variable) {
    for (const char* const* name = (const char* const[]){"GCONV", "KEPT", "LD_", "SIGNET_", NULL};
         *name != NULL; ++name) {
      if (strncmp(*variable, *name, strlen(*name)) == 0) puts(*variable);
    }
  }
  const unsigned long expected = (unsigned long)&__ehdr_start + __ehdr_start.e_phoff;
  printf("program headers: %s\n", getauxval(AT_PHDR) == expected ? "its own" : "another's");
  return 0;
}

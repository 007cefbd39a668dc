// SPDX-License-Identifier: MIT
//
// Prints AT_SECURE and its whole environment, a line for each variable.
#include <elf.h>

#ifdef WITH_LIBC
#include <stdio.h>
#include <sys/auxv.h>

int main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv;
  printf("AT_SECURE: %lu\n", getauxval(AT_SECURE));
  while (*envp != NULL) puts(*envp++);
  return 0;
}
#else
#include "start.h"

const char* Greeting(void);

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv;
  char** end = envp;
  while (*end != 0) ++end;
  const Elf64_auxv_t* vector = (const Elf64_auxv_t*)(end + 1);
  while (vector->a_type != AT_SECURE) ++vector;
  FactNumber("AT_SECURE", (long)vector->a_un.a_val);
  while (*envp != 0) Line(*envp++);
  return Greeting() == 0;
}
#endif

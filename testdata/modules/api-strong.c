// SPDX-License-Identifier: MIT
//
// A library with a strong reference to mseal, as a library for glibc 2.43 has it.
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>

int mseal(void* address, size_t length, unsigned long flags);

int Facts(void);

int Facts(void) {
  char* page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  printf("mseal: %d\n", mseal(page, 4096, 0));
  printf("munmap: %s\n", munmap(page, 4096) == -1 && errno == EPERM ? "EPERM" : "no EPERM");
  return 0;
}

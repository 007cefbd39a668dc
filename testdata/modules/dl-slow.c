// SPDX-License-Identifier: MIT
//
// A library that takes more than a second to link: its function's resolver sleeps.
#include <sys/syscall.h>
#include <time.h>

static int Slow(void) { return 1; }

static int (*Resolve(void))(void) {
  const struct timespec time = {1, 200000000};
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(SYS_nanosleep), "D"(&time), "S"(0)
                   : "rcx", "r11", "memory");
  return Slow;
}

int Function(void) __attribute__((ifunc("Resolve")));

int (*g_function)(void) = Function;

// SPDX-License-Identifier: MIT
#include "start.h"
#include "tls-models.h"

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  Word self = 0;
  Word canary = 0;
  __asm__("movq %%fs:0, %0" : "=r"(self));
  __asm__ volatile("movq %%fs:0x28, %0" : "=r"(canary));  // what compiled code may read
  Word there = 0;
  __asm__("movq (%1), %0" : "=r"(there) : "r"(self));
  Check("the thread pointer points to itself", there == self);
  ShowAll();
  return 0;
}

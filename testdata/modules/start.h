// SPDX-License-Identifier: MIT
//
// The entry of a freestanding program: calls Main as a C library would. With RUN_FINALIZERS it
// ends by calling the function that the dynamic linker handed over in %rdx. (glibc's wants to see
// the dynamic linker itself among the program's DT_NEEDED: it counts wrongly otherwise.)
#pragma once

#include "freestanding.h"

static int Main(int argc, char** argv, char** envp);

static void (*g_finalize)(void);

_Noreturn static inline void Exit(int status) {
#ifdef RUN_FINALIZERS
  if (g_finalize != 0) g_finalize();
#endif
  Quit(status);
}

__attribute__((used)) _Noreturn static void Begin(long* stack, void (*finalize)(void)) {
  const int argc = (int)stack[0];
  char** argv = (char**)(stack + 1);
  g_finalize = finalize;
  Exit(Main(argc, argv, argv + argc + 1));
}

__asm__(
    ".text\n"
    ".globl _start\n"
    ".type _start, @function\n"
    "_start:\n"
    "  xorl %ebp, %ebp\n"
    "  movq %rsp, %rdi\n"
    "  movq %rdx, %rsi\n"
    "  andq $-16, %rsp\n"
    "  call Begin\n"
    "  hlt\n");

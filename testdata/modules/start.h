// SPDX-License-Identifier: MIT
//
// The entry of a freestanding program: calls Main as a C library would. The dynamic linker passes a
// function in %rdx that runs the finalizers. This is not called, because glibc's needs a C library.
#pragma once

#include "freestanding.h"

static int Main(int argc, char** argv, char** envp);

__attribute__((used)) _Noreturn static void Begin(long* stack) {
  const int argc = (int)stack[0];
  char** argv = (char**)(stack + 1);
  Quit(Main(argc, argv, argv + argc + 1));
}

__asm__(
    ".text\n"
    ".globl _start\n"
    ".type _start, @function\n"
    "_start:\n"
    "  xorl %ebp, %ebp\n"
    "  movq %rsp, %rdi\n"
    "  andq $-16, %rsp\n"
    "  call Begin\n"
    "  hlt\n");

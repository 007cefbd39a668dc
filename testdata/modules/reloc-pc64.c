// SPDX-License-Identifier: MIT
//
// A library with a 64-bit distance to another library in its data.
#include "freestanding.h"

__asm__(
    ".data\n"
    ".balign 8\n"
    ".Ldistance:\n"
    "  .quad g_foreign + 4 - .\n"
    ".text\n"
    "Read:\n"
    "  leaq .Ldistance(%rip), %rax\n"
    "  addq (%rax), %rax\n"
    "  movl (%rax), %eax\n"
    "  ret\n");
__attribute__((visibility("hidden"))) int Read(void);

void Facts(void) { FactNumber("PC64", Read()); }

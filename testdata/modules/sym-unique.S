// SPDX-License-Identifier: MIT
//
// An object that exists only once in the process (STB_GNU_UNIQUE), and its address.
        .text
        .globl  USE
        .type   USE, @function
USE:
        movq    g_unique@GOTPCREL(%rip), %rax
        ret
        .size   USE, . - USE

        .data
        .globl  g_unique
        .type   g_unique, @gnu_unique_object
        .size   g_unique, 4
        .balign 4
g_unique:
        .long   42
        .section .note.GNU-stack, "", @progbits

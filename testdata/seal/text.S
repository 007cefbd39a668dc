// SPDX-License-Identifier: MIT
//
// Code that is itself relocated (DT_TEXTREL).
        .text
        .globl  TextFunction
        .type   TextFunction, @function
TextFunction:
        movabsq $g_foreign, %rax
        ret
        .size   TextFunction, . - TextFunction
        .section .note.GNU-stack, "", @progbits

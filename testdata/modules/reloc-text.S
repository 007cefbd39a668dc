// SPDX-License-Identifier: MIT
//
// Code with the distance to another library's object in it: movl g_foreign+4(%rip), %eax once
// SIZE32 has been changed into PC32.
        .text
        .globl  ReadForeign
        .type   ReadForeign, @function
ReadForeign:
        .byte   0x8b, 0x05
        .long   g_foreign@SIZE
        ret
        .size   ReadForeign, . - ReadForeign
        .section .note.GNU-stack, "", @progbits

// SPDX-License-Identifier: MIT
//
// Code that contains the distance to another library's object. After SIZE32 has been changed into
// PC32, the instruction is movl g_foreign+4(%rip), %eax.
        .text
        .globl  ReadForeign
        .type   ReadForeign, @function
ReadForeign:
        .byte   0x8b, 0x05
        .long   g_foreign@SIZE
        ret
        .size   ReadForeign, . - ReadForeign
        .section .note.GNU-stack, "", @progbits

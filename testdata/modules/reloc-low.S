// SPDX-License-Identifier: MIT
//
// A library with a 32-bit address in it: the address of an object in a program at a low address.
        .text
        .globl  LowObject
        .type   LowObject, @function
LowObject:
        movl    .Llow(%rip), %eax
        ret
        .size   LowObject, . - LowObject

        .data
        .balign 4
.Llow:  .long   g_low + 4               // R_X86_64_32
        .section .note.GNU-stack, "", @progbits

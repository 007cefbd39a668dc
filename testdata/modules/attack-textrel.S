/* SPDX-License-Identifier: MIT */
/* A relocation in the code. */
        .text
        .globl AttackAddress
AttackAddress:
        .quad AttackCode
        .section .note.GNU-stack, "", @progbits

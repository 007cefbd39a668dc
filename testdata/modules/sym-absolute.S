// SPDX-License-Identifier: MIT
//
// A symbol that is a number (SHN_ABS), not an address: it does not move with the module.
        .globl  Absolute
        .type   Absolute, @object
        .size   Absolute, 1
        .set    Absolute, 0x1234
        .section .note.GNU-stack, "", @progbits

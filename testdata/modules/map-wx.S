// SPDX-License-Identifier: MIT
//
// A function in a segment that is writable and executable.
        .section .wx, "awx", @progbits
        .globl  Changing
        .type   Changing, @function
Changing:
        movl    $1, %eax
        ret
        .size   Changing, . - Changing
        .section .note.GNU-stack, "", @progbits

/* SPDX-License-Identifier: MIT */
/* int AttackCode(void): 7. */
#ifdef WRITABLE
        .section .writable, "awx", @progbits
#else
        .text
#endif
        .globl AttackCode
        .type AttackCode, @function
AttackCode:
        mov $7, %eax
        ret
        .size AttackCode, . - AttackCode
        .section .note.GNU-stack, "", @progbits

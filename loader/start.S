/* SPDX-License-Identifier: MIT */
        .globl  _start
        .type   _start, @function
_start:
        mov     $231, %eax
        xor     %edi, %edi
        syscall
        .size   _start, . - _start

/* SPDX-License-Identifier: MIT */
/* Zeroes at the end of the code: a linker that puts them there makes p_memsz larger than p_filesz. */
        .section .zeroes, "ax", @nobits
        .globl g_zeroes
g_zeroes:
        .skip 0x3000
        .section .note.GNU-stack, "", @progbits

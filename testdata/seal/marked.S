/* SPDX-License-Identifier: MIT */
/*
 * A module that is marked as binutils 2.44 does with -z memory-seal: a property note, written by hand, under a name
 * that older linkers do not touch.
 */
        .section .note.seal, "a", @note
        .p2align 3
        .long   4                       /* n_namesz */
        .long   8                       /* n_descsz */
        .long   5                       /* NT_GNU_PROPERTY_TYPE_0 */
        .asciz  "GNU"
        .long   3                       /* GNU_PROPERTY_MEMORY_SEAL */
        .long   0                       /* pr_datasz */
        .section .note.GNU-stack, "", @progbits

// SPDX-License-Identifier: MIT
//
// Data with one relocation of each type that is left to the dynamic linker, with addends.
        .macro  object name, size
        .globl  \name
        .hidden \name
        .type   \name, @object
        .size   \name, \size
\name:
        .endm

        .data
        .balign 4096
object  g_64, 8
        .quad   g_foreign + 8           // R_X86_64_64
object  g_64_function, 8
        .quad   ForeignFunction
object  g_64_negative, 8
        .quad   g_foreign - 4096
object  g_pc32, 4
        .long   g_foreign + 12 - .      // R_X86_64_PC32
object  g_size32, 4
        .long   g_sized@SIZE            // R_X86_64_SIZE32
object  g_size64, 8
        .quad   g_sized@SIZE + 1        // R_X86_64_SIZE64
object  g_relative, 8
        .quad   .Lown + 4               // R_X86_64_RELATIVE
        .byte   0
object  g_unaligned, 8
        .quad   g_foreign
.Lown:  .long   0, 15
        // A field that lies on two pages.
        .fill   4096 - 4 - (. - g_64), 1, 0
object  g_across, 8
        .quad   g_foreign
        .section .note.GNU-stack, "", @progbits

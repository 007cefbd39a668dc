// SPDX-License-Identifier: MIT
//
// Code that is itself relocated (DT_TEXTREL): a pointer to another module's object, a pointer to
// one of its own, and the offset to a function of another module.
        .text
        .globl  ForeignAddress
        .type   ForeignAddress, @function
ForeignAddress:
        movabsq $g_foreign, %rax        // R_X86_64_64
        ret
        .size   ForeignAddress, . - ForeignAddress

        .globl  OwnAddress
        .type   OwnAddress, @function
OwnAddress:
        movabsq $.Lown, %rax            // R_X86_64_RELATIVE
        ret
        .size   OwnAddress, . - OwnAddress

        // More than a page further on, so that several pages have to change.
        .fill   9000, 1, 0x90
        .globl  OwnAddressFarOff
        .type   OwnAddressFarOff, @function
OwnAddressFarOff:
        movabsq $.Lown, %rax
        ret
        .size   OwnAddressFarOff, . - OwnAddressFarOff

        // A field that lies on two pages.
        .balign 4096
        .fill   4096 - 6, 1, 0x90
        .globl  OwnAddressAcross
        .type   OwnAddressAcross, @function
OwnAddressAcross:
        movabsq $.Lown, %rax
        ret
        .size   OwnAddressAcross, . - OwnAddressAcross

        .data
.Lown:  .long   43
        .section .note.GNU-stack, "", @progbits

/* SPDX-License-Identifier: MIT */
/*
 * The two ways into the loader.
 *
 * Start and Continue (main.cc) return where to go: RAX the stack pointer, RDX a pointer to
 * { entry, value of RDX at the entry }. The psABI wants RBP to be 0 there and RSP 16-byte aligned.
 */

        .macro  hand_over
        mov     %rax, %rsp
        mov     (%rdx), %rax
        mov     8(%rdx), %rdx
        xor     %ebp, %ebp
        jmp     *%rax
        .endm

/* From the kernel. */
        .globl  _start
        .hidden _start
        .type   _start, @function
_start:
        .cfi_startproc
        .cfi_undefined %rip
        xor     %ebp, %ebp
        mov     %rsp, %rdi
        and     $-16, %rsp
        call    signet_start
        hand_over
        .cfi_endproc
        .size   _start, . - _start

/* From libc's interpreter, which takes this for the entry of the program that it started. RDX: its function to be
   registered with atexit. */
        .globl  signet_continue_entry
        .hidden signet_continue_entry
        .type   signet_continue_entry, @function
signet_continue_entry:
        .cfi_startproc
        .cfi_undefined %rip
        xor     %ebp, %ebp
        mov     %rdx, %rdi
        and     $-16, %rsp
        call    signet_continue
        hand_over
        .cfi_endproc
        .size   signet_continue_entry, . - signet_continue_entry

        .section .note.GNU-stack, "", @progbits

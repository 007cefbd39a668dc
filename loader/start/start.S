/* SPDX-License-Identifier: MIT */
/*
 * Two ways into the loader: from the kernel, and from libc's interpreter when it starts the program.
 *
 * signet_start and signet_continue (main.cc) return where to go next, as a Handover: RAX is the
 * stack pointer, RDX points to a JumpTarget, which holds the address and the value of RDX there. The
 * psABI demands that RBP is 0 at a program's entry, and that RSP is a multiple of 16.
 */

        .macro  hand_over
        mov     %rax, %rsp
        mov     (%rdx), %rax
        mov     8(%rdx), %rdx
        xor     %ebp, %ebp
        jmp     *%rax
        .endm

/* From the kernel. */
        .section .text._start, "ax", @progbits
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

/* From libc's interpreter. It believes that this is the entry of the program that it started. RDX is
   the function that it wants to be registered with atexit. */
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

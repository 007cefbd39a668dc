/* SPDX-License-Identifier: MIT */
/* The handler of relro_watch.cc returns here: rt_sigreturn, in the text whose system calls are not trapped.
   Debuggers and unwinders know these two instructions. */
        .text
        .globl  signet_signal_return
        .hidden signet_signal_return
        .type   signet_signal_return, @function
        nop
signet_signal_return:
        mov     $15, %rax
        syscall
        .size   signet_signal_return, . - signet_signal_return
        .section .note.GNU-stack, "", @progbits

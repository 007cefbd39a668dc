/* SPDX-License-Identifier: MIT */
/*
 * bool signet_attempt(void (*body)(void*), void* argument): calls body(argument) and returns true, or
 * false if signet_give_up was called meanwhile. The registers that the psABI has a function keep lie
 * on the stack, whose pointer is remembered.
 */

        .globl  signet_attempt
        .hidden signet_attempt
        .type   signet_attempt, @function
signet_attempt:
        .cfi_startproc
        push    %rbp
        .cfi_adjust_cfa_offset 8
        push    %rbx
        .cfi_adjust_cfa_offset 8
        push    %r12
        .cfi_adjust_cfa_offset 8
        push    %r13
        .cfi_adjust_cfa_offset 8
        push    %r14
        .cfi_adjust_cfa_offset 8
        push    %r15
        .cfi_adjust_cfa_offset 8
        sub     $8, %rsp
        .cfi_adjust_cfa_offset 8
        mov     %rsp, attempt_stack(%rip)
        mov     %rdi, %rax
        mov     %rsi, %rdi
        call    *%rax
        mov     $1, %eax
.Lreturn:
        add     $8, %rsp
        .cfi_adjust_cfa_offset -8
        pop     %r15
        .cfi_adjust_cfa_offset -8
        pop     %r14
        .cfi_adjust_cfa_offset -8
        pop     %r13
        .cfi_adjust_cfa_offset -8
        pop     %r12
        .cfi_adjust_cfa_offset -8
        pop     %rbx
        .cfi_adjust_cfa_offset -8
        pop     %rbp
        .cfi_adjust_cfa_offset -8
        ret
        .cfi_endproc
        .size   signet_attempt, . - signet_attempt

        .globl  signet_give_up
        .hidden signet_give_up
        .type   signet_give_up, @function
signet_give_up:
        mov     attempt_stack(%rip), %rsp
        xor     %eax, %eax
        jmp     .Lreturn
        .size   signet_give_up, . - signet_give_up

        .local  attempt_stack
        .comm   attempt_stack, 8, 8

        .section .note.GNU-stack, "", @progbits

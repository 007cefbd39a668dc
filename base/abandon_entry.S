/* SPDX-License-Identifier: MIT */
/*
 * bool signet_run_abandonable(void (*body)(void*), void* argument) calls body(argument). It returns true,
 * or false if signet_abandon was called meanwhile. The registers that a function must keep (psABI) are
 * saved on the stack; the first member of signet_abandonable_run (abandon.cc) points to them.
 */

        .globl  signet_run_abandonable
        .hidden signet_run_abandonable
        .type   signet_run_abandonable, @function
signet_run_abandonable:
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
        mov     %rsp, signet_abandonable_run(%rip)
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
        .size   signet_run_abandonable, . - signet_run_abandonable

        .globl  signet_abandon
        .hidden signet_abandon
        .type   signet_abandon, @function
signet_abandon:
        mov     signet_abandonable_run(%rip), %rsp
        xor     %eax, %eax
        jmp     .Lreturn
        .size   signet_abandon, . - signet_abandon

        .section .note.GNU-stack, "", @progbits

/* SPDX-License-Identifier: MIT */
/*
 * The resolvers of TLS descriptors (psABI; Oliva, "Thread-Local Storage Descriptors").
 *
 * Input: RAX, the address of the descriptor, whose second word is the resolver's argument. Output: RAX, the
 * variable's offset from the thread pointer. Every other register is kept, vector registers included; flags are
 * not. The stack need not be aligned.
 */

/* The argument is the offset from the thread pointer. */
        .globl  signet_tlsdesc_static
        .hidden signet_tlsdesc_static
        .type   signet_tlsdesc_static, @function
        .p2align 5
signet_tlsdesc_static:
        .cfi_startproc
        mov     8(%rax), %rax
        ret
        .cfi_endproc
        .size   signet_tlsdesc_static, . - signet_tlsdesc_static

/* The address of an undefined weak symbol is the addend, which is the argument. The caller adds the thread pointer to
   the result, so it is subtracted here. */
        .globl  signet_tlsdesc_undefined_weak
        .hidden signet_tlsdesc_undefined_weak
        .type   signet_tlsdesc_undefined_weak, @function
signet_tlsdesc_undefined_weak:
        .cfi_startproc
        mov     8(%rax), %rax
        sub     %fs:0, %rax
        ret
        .cfi_endproc
        .size   signet_tlsdesc_undefined_weak, . - signet_tlsdesc_undefined_weak

/* The rest knows three structures. ThreadState (thread_state.h): blocks at 0, block_count at 8. TlsBlock (the same
   file): 32 bytes, id at 0, address at 8. TlsIndex (dynamic_tls.h): id at 0, offset at 8; the lower half of the id is
   the index of the block. */

        .macro  save register
        push    \register
        .cfi_adjust_cfa_offset 8
        .endm

        .macro  restore register
        pop     \register
        .cfi_adjust_cfa_offset -8
        .endm

/* The argument is the address of a struct TlsIndex. This does what TlsAddress does (dynamic_tls.h). The number of
   blocks is read before the address of the blocks, because a signal handler may replace both. */
        .globl  signet_tlsdesc_dynamic
        .hidden signet_tlsdesc_dynamic
        .type   signet_tlsdesc_dynamic, @function
        .p2align 5
signet_tlsdesc_dynamic:
        .cfi_startproc
        save    %rcx
        save    %rdx
        mov     8(%rax), %rax
        mov     signet_thread_state_place(%rip), %rcx
        mov     (%rax), %edx
        cmp     %fs:8(%rcx), %rdx
        jae     1f
        shl     $5, %rdx
        add     %fs:(%rcx), %rdx
        mov     (%rax), %rcx
        cmp     (%rdx), %rcx
        jne     1f
        mov     8(%rax), %rax
        add     8(%rdx), %rax
        sub     %fs:0, %rax
        .cfi_remember_state
        restore %rdx
        restore %rcx
        ret

        /* The thread has no block yet. C++ code makes one, which also calls libc. So every register that such code
           may change is saved on the stack. */
        .cfi_restore_state
1:      save    %rbp
        .cfi_rel_offset %rbp, 0
        mov     %rsp, %rbp
        .cfi_def_cfa_register %rbp
        push    %rsi
        push    %rdi
        push    %r8
        push    %r9
        push    %r10
        push    %r11
        mov     %rax, %rdi
        sub     signet_vector_state_size(%rip), %rsp
        and     $-64, %rsp
        mov     signet_vector_state_mask(%rip), %eax
        test    %eax, %eax
        jz      2f

        /* XSAVE writes only the first word of its header (64 bytes at 512), but XRSTOR wants the other words to be
           zero. */
        xor     %ecx, %ecx
        xor     %edx, %edx
        .irp    word, 0, 8, 16, 24, 32, 40, 48, 56
        mov     %rcx, 512+\word(%rsp)
        .endr
        xsave   (%rsp)
        call    signet_tlsdesc_allocate
        mov     %rax, %rdi
        mov     signet_vector_state_mask(%rip), %eax
        xor     %edx, %edx
        xrstor  (%rsp)
        jmp     3f

2:      fxsave  (%rsp)
        call    signet_tlsdesc_allocate
        mov     %rax, %rdi
        fxrstor (%rsp)

3:      mov     %rdi, %rax
        mov     -8(%rbp), %rsi
        mov     -16(%rbp), %rdi
        mov     -24(%rbp), %r8
        mov     -32(%rbp), %r9
        mov     -40(%rbp), %r10
        mov     -48(%rbp), %r11
        mov     %rbp, %rsp
        .cfi_def_cfa_register %rsp
        restore %rbp
        .cfi_restore %rbp
        restore %rdx
        restore %rcx
        ret
        .cfi_endproc
        .size   signet_tlsdesc_dynamic, . - signet_tlsdesc_dynamic

        .section .note.GNU-stack, "", @progbits

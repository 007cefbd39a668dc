/* SPDX-License-Identifier: MIT */
/*
 * CallResolver(sort, in, out): loads the registers from `in`, calls the resolver of a TLS descriptor, and stores
 * them in `out`. struct Registers is in dltls-registers.c. The stack is misaligned on purpose.
 */

        .set    VECTORS, 14*8
        .set    MASKS, VECTORS + 32*64
        .set    VALUE, MASKS + 8*8

        .section .tdata, "awT", @progbits
        .align  8
value:  .quad   77

/* All but RSP, RAX, and RDI, which points to the structure. */
        .macro  for_general store
        .set    at, 0
        .irp    register, rbx, rcx, rdx, rsi, rbp, r8, r9, r10, r11, r12, r13, r14, r15
        .if     !\store
        mov     at(%rdi), %\register
        .else
        mov     %\register, at(%rdi)
        .endif
        .set    at, at + 8
        .endr
        .endm

        .macro  for_low_vectors store, instruction, kind
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        .if     \store
        \instruction    %\kind\n, VECTORS + \n*64(%rdi)
        .else
        \instruction    VECTORS + \n*64(%rdi), %\kind\n
        .endif
        .endr
        .endm

        .macro  for_high_vectors store
        .irp    n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
        .if     \store
        vmovdqu64       %zmm\n, VECTORS + \n*64(%rdi)
        .else
        vmovdqu64       VECTORS + \n*64(%rdi), %zmm\n
        .endif
        .endr
        .irp    n, 1, 2, 3, 4, 5, 6, 7
        .if     \store
        kmovw   %k\n, MASKS + \n*8(%rdi)
        .else
        kmovw   MASKS + \n*8(%rdi), %k\n
        .endif
        .endr
        .endm

/* RAX: 0 SSE, 1 AVX, 2 AVX-512. */
        .macro  vectors store
        cmp     $1, %rax
        jb      1f
        je      2f
        for_low_vectors \store, vmovdqu64, zmm
        for_high_vectors \store
        jmp     3f
2:      for_low_vectors \store, vmovdqu, ymm
        jmp     3f
1:      for_low_vectors \store, movdqu, xmm
3:
        .endm

        .text
        .globl  CallResolver
        .type   CallResolver, @function
CallResolver:
        .irp    register, rbx, rbp, r12, r13, r14, r15, rdi, rdx
        push    %\register
        .endr
        mov     %rdi, %rax
        mov     %rsi, %rdi
        vectors 0
        for_general 0
        mov     13*8(%rdi), %rdi
        lea     value@tlsdesc(%rip), %rax
        call    *value@tlscall(%rax)
        push    %rdi
        mov     8(%rsp), %rdi
        for_general 1
        pop     13*8(%rdi)
        add     %fs:0, %rax
        mov     %rax, VALUE(%rdi)
        mov     8(%rsp), %rax
        vectors 1
        .irp    register, rdx, rdi, r15, r14, r13, r12, rbp, rbx
        pop     %\register
        .endr
        ret
        .size   CallResolver, . - CallResolver

        .section .note.GNU-stack, "", @progbits

/* SPDX-License-Identifier: MIT */
/* The guard of libc's syscall(number, …), which takes six more arguments, the last on the stack.
   A call that passes goes on by a jump, with the stack and the registers of arguments as they were: a
   call that returns twice (clone, vfork) must not have a frame of the guard below it. */

	.text
	.globl signet_guard_syscall
	.hidden signet_guard_syscall
	.type signet_guard_syscall, @function
signet_guard_syscall:
	.cfi_startproc
	subq $72, %rsp
	.cfi_adjust_cfa_offset 72
	movq %rsi, (%rsp)
	movq %rdx, 8(%rsp)
	movq %rcx, 16(%rsp)
	movq %r8, 24(%rsp)
	movq %r9, 32(%rsp)
	movq 80(%rsp), %rax  /* behind the return address */
	movq %rax, 40(%rsp)
	movq %rdi, 48(%rsp)
	movq %rsp, %rsi
	call signet_judge_syscall
	testq %rax, %rax
	jz 1f
	movq 48(%rsp), %rdi
	movq (%rsp), %rsi
	movq 8(%rsp), %rdx
	movq 16(%rsp), %rcx
	movq 24(%rsp), %r8
	movq 32(%rsp), %r9
	addq $72, %rsp
	.cfi_adjust_cfa_offset -72
	movq %rax, %r11
	xorl %eax, %eax  /* no vector registers: it is variadic */
	jmpq *%r11
	.cfi_adjust_cfa_offset 72
1:
	movq %rdx, %rax
	addq $72, %rsp
	.cfi_adjust_cfa_offset -72
	ret
	.cfi_endproc
	.size signet_guard_syscall, . - signet_guard_syscall

	.section .note.GNU-stack, "", @progbits

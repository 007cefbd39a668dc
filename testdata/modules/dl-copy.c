// SPDX-License-Identifier: MIT
//
// With VALUE: a library that defines a number. Without: one that has another definition of it,
// which is not used, and a slot, which R_X86_64_COPY fills once elf-edit has changed its
// relocation.
#ifdef VALUE
long g_copied = VALUE;
#else
long g_copied = 1;
long* g_slot = &g_copied;
#endif

// SPDX-License-Identifier: MIT
//
// A pointer to an indirect function, for a program to take by a COPY relocation: what is copied
// must be what the resolver answered.
typedef int (*Function)(void);

static int Seven(void) { return 7; }
static Function Resolve(void) { return Seven; }
int Indirect(void) __attribute__((ifunc("Resolve")));
static int Own(void) __attribute__((ifunc("Resolve")));

Function g_indirect = Indirect;  // R_X86_64_64 to an STT_GNU_IFUNC
Function g_own = Own;            // R_X86_64_IRELATIVE

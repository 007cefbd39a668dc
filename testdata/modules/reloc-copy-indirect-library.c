// SPDX-License-Identifier: MIT
//
// A pointer to an indirect function, which a program takes by a COPY relocation. The copied value
// must be what the resolver returned.
typedef int (*Function)(void);

static int Seven(void) { return 7; }
static Function Resolve(void) { return Seven; }
int Indirect(void) __attribute__((ifunc("Resolve")));
static int Own(void) __attribute__((ifunc("Resolve")));

Function g_indirect = Indirect;  // R_X86_64_64 to an STT_GNU_IFUNC
Function g_own = Own;            // R_X86_64_IRELATIVE

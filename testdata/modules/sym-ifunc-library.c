// SPDX-License-Identifier: MIT
//
// A library with indirect functions: one for all, one of its own. Their resolvers read relocated
// data, and one calls another library.
typedef int (*Function)(void);

static int One(void) { return 1; }
static int Two(void) { return 2; }
static const volatile Function g_candidates[] = {One, Two};
int g_choice = 1;  // found through the GOT

int Choice(void);

static Function ResolvePublic(void) { return g_candidates[g_choice]; }
static Function ResolveOwn(void) { return g_candidates[g_choice - 1]; }
static Function ResolveByOther(void) { return g_candidates[Choice()]; }

int Public(void) __attribute__((ifunc("ResolvePublic")));
static int Own(void) __attribute__((ifunc("ResolveOwn")));
int ByOther(void) __attribute__((ifunc("ResolveByOther")));

static const volatile Function g_own_pointer = Own;
static const volatile Function g_public_pointer = Public;

int CallOwn(void) { return Own(); }
int CallOwnByPointer(void) { return g_own_pointer(); }
int CallPublicByPointer(void) { return g_public_pointer(); }
Function PointerToPublic(void) { return g_public_pointer; }

// SPDX-License-Identifier: MIT
//
// A library for a program that uses musl.
#include <stdio.h>

static __thread int g_local = 44;
__attribute__((constructor)) static void Construct(void) { puts("library's constructor"); }
__attribute__((destructor)) static void Destruct(void) { puts("library's destructor"); }

int LibraryLocal(void) { return g_local++; }

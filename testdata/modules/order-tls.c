// SPDX-License-Identifier: MIT
//
// A library with a thread-local variable, for order-phdr.c.
static __thread int g_local = 42;
static int g_home;

int* LOCAL(void) { return &g_local; }
const void* HOME(void) { return &g_home; }

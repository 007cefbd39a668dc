// SPDX-License-Identifier: MIT
//
// One of many libraries. It counts how often its constructor ran.
static int g_constructed;
__attribute__((constructor)) static void Come(void) { ++g_constructed; }
int Number(void) { return g_constructed == 1 ? NUMBER : -1; }

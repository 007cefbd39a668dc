// SPDX-License-Identifier: MIT
//
// What sym-weak.c finds.
int PresentFunction(void) { return 1; }
int g_present = 2;

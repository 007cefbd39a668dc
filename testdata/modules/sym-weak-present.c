// SPDX-License-Identifier: MIT
//
// Defines what sym-weak.c finds.
int PresentFunction(void) { return 1; }
int g_present = 2;

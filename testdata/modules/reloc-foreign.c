// SPDX-License-Identifier: MIT
//
// What the relocations of reloc-data.S refer to.
int g_foreign[4] = {10, 11, 12, 13};
char g_sized[24];

int ForeignFunction(void) { return 14; }

// SPDX-License-Identifier: MIT
//
// The library that the victim needs. Its variants lack the symbol, or the version.
#ifndef WITHOUT_SYMBOL
int BaseFunction(void) { return 7; }
#endif

int base_value = 7;

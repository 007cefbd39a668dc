// SPDX-License-Identifier: MIT
//
// What a resolver in another library calls.
int Choice(void) { return 1; }

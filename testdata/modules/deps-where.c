// SPDX-License-Identifier: MIT
//
// A library that says which of several copies of it was found.
const char* Where(void) { return WHERE; }

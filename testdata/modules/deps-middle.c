// SPDX-License-Identifier: MIT
//
// A library between the program and deps-where.c.
const char* Where(void);

const char* Middle(void) { return Where(); }

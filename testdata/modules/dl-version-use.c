// SPDX-License-Identifier: MIT
//
// A library that needs version VERSION of a function.
__asm__(".symver Answer, Answer@" VERSION);
const char* Answer(void);
const char* Ask(void) { return Answer(); }

// SPDX-License-Identifier: MIT
//
// A library that only takes space.
volatile int FILLER = 1;

// SPDX-License-Identifier: MIT
//
// A library that only takes room.
volatile int FILLER = 1;

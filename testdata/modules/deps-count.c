// SPDX-License-Identifier: MIT
//
// Prints a line each time it is loaded.
#include "freestanding.h"

__attribute__((constructor)) static void Construct(void) { Fact("loaded", NAME); }

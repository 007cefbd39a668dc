// SPDX-License-Identifier: MIT
//
// Says so each time that it is loaded.
#include "freestanding.h"

__attribute__((constructor)) static void Construct(void) { Fact("loaded", NAME); }

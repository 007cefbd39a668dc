// SPDX-License-Identifier: MIT
//
// A library whose constructor and destructor print a line.
#include "freestanding.h"

__attribute__((constructor)) static void Construct(void) { Fact("constructed", NAME); }
__attribute__((destructor)) static void Destruct(void) { Fact("destructed", NAME); }

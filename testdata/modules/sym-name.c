// SPDX-License-Identifier: MIT
//
// A library that defines and uses a function and an object with names that other modules define
// too. BINDING and VISIBILITY are attributes of its definitions.
#include "freestanding.h"

#ifndef ATTRIBUTE
#define ATTRIBUTE
#endif

ATTRIBUTE const char* Name(void) { return NAME; }
ATTRIBUTE const char* g_name = NAME;

const char* USE(void) { return Name(); }
const char* USE_OBJECT(void) { return g_name; }

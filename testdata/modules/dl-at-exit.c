// SPDX-License-Identifier: MIT
//
// A library with a handler for its end, which is registered by hand.
#include <stdio.h>
#include <stdlib.h>

static void AtExit(void) { puts("at exit"); }

__attribute__((constructor)) static void Come(void) { atexit(AtExit); }
__attribute__((destructor)) static void Go(void) { puts("destructor"); }

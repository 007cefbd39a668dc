// SPDX-License-Identifier: MIT
//
// A library that registers a handler for its end by hand.
#include <stdio.h>
#include <stdlib.h>

static void AtExit(void) { puts("at exit"); }

__attribute__((constructor)) static void Come(void) { atexit(AtExit); }
__attribute__((destructor)) static void Go(void) { puts("destructor"); }

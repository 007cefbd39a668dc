// SPDX-License-Identifier: MIT
//
// A library with everything that runs before and after main: DT_INIT and DT_FINI (named by the
// linker's options), arrays with and without priorities, a handler for exit.
#include <stdlib.h>

#include "freestanding.h"

static void AtExit(void) { Fact(NAME, "atexit"); }

void Init(void) { Fact(NAME, "DT_INIT"); }
__attribute__((constructor(101))) static void Early(void) { Fact(NAME, "constructor 101"); }
__attribute__((constructor(102))) static void Later(void) { Fact(NAME, "constructor 102"); }
__attribute__((constructor)) static void Construct(void) {
  Fact(NAME, "constructor");
  atexit(AtExit);
}

__attribute__((destructor)) static void Destruct(void) { Fact(NAME, "destructor"); }
__attribute__((destructor(102))) static void DestructLater(void) { Fact(NAME, "destructor 102"); }
__attribute__((destructor(101))) static void DestructLast(void) { Fact(NAME, "destructor 101"); }
void Fini(void) { Fact(NAME, "DT_FINI"); }

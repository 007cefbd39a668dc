// SPDX-License-Identifier: MIT
//
// Throws exceptions that two other modules catch.
#include "cxx-errors.h"

void ThrowInner(int what) {
  if (what == 0) throw Error("inner error");
  if (what == 1) throw 42;
  throw Derived();
}

Base* MakeDerived() { return new Derived; }

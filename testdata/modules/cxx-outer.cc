// SPDX-License-Identifier: MIT
//
// A library that exceptions pass through: from the inner one to the program, and from the program
// to the program.
#include <cstdio>

#include "cxx-errors.h"

namespace {

struct Guard {
  ~Guard() { std::puts("outer: unwound"); }
};

}  // namespace

void ThrowThrough(int what) {
  Guard guard;
  ThrowInner(what);
}

void CallBack(void (*function)()) {
  Guard guard;
  try {
    function();
  } catch (const Error& error) {
    std::printf("outer: caught %s\n", error.what());
    throw;
  }
}

bool IsDerived(const Base& object) { return dynamic_cast<const Derived*>(&object) != nullptr; }

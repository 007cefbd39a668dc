// SPDX-License-Identifier: MIT
//
// Types that three modules share. Each of the modules has their type information.
#pragma once

#include <stdexcept>

struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Base {
  virtual ~Base() = default;
  virtual const char* Name() const { return "base"; }
};

struct Derived : Base {
  const char* Name() const override { return "derived"; }
};

// The inner library.
[[noreturn]] void ThrowInner(int what);
Base* MakeDerived();
// The outer one: calls the inner, and back into the program.
void ThrowThrough(int what);
void CallBack(void (*function)());
bool IsDerived(const Base& object);

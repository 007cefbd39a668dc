// SPDX-License-Identifier: MIT
//
// Exceptions that cross two libraries, and types that are the same type in all modules.
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <typeinfo>

#include "cxx-errors.h"

int main() {
  try {
    ThrowThrough(0);
  } catch (const std::runtime_error& error) {
    std::printf("program: caught %s\n", error.what());
  }
  try {
    ThrowThrough(1);
  } catch (int number) {
    std::printf("program: caught %d\n", number);
  }
  try {
    ThrowThrough(2);
  } catch (const Base& object) {
    std::printf("program: caught %s\n", object.Name());
  }
  try {
    CallBack([] { throw Error("program's error"); });
  } catch (const std::exception& error) {
    std::printf("program: caught %s\n", error.what());
  }
  std::exception_ptr kept;
  try {
    CallBack([] { (void)std::string("short").at(10); });
  } catch (...) {
    kept = std::current_exception();
  }
  try {
    std::rethrow_exception(kept);
  } catch (const std::out_of_range&) {
    std::puts("program: caught out_of_range again");
  }
  const std::unique_ptr<Base> object(MakeDerived());
  std::printf("dynamic_cast here: %s\n", dynamic_cast<Derived*>(object.get()) ? "yes" : "no");
  std::printf("dynamic_cast there: %s\n", IsDerived(*object) ? "yes" : "no");
  std::printf("not derived there: %s\n", IsDerived(Base()) ? "no" : "yes");
  std::printf("one type: %s\n", typeid(*object) == typeid(Derived) ? "yes" : "no");
}

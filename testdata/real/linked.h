// SPDX-License-Identifier: MIT
#pragma once

#include <ostream>
#include <stdexcept>
#include <string>

struct LinkedError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A virtual base whose table is in the library and whose overrides are in the program.
class Shape {
 public:
  virtual ~Shape();
  virtual double Area() const = 0;
};

extern int g_library_counter;  // data of the library: COPY in a program at a fixed address
extern thread_local int t_library_counter;

std::ostream& operator<<(std::ostream& stream, const Shape& shape);
void Fail(const std::string& message);
int (*Doubler())(int);

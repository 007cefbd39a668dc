// SPDX-License-Identifier: MIT
#include "linked.h"

int g_library_counter = 40;
thread_local int t_library_counter = 1;

Shape::~Shape() { ++g_library_counter; }

std::ostream& operator<<(std::ostream& stream, const Shape& shape) {
  return stream << "area " << shape.Area();
}

void Fail(const std::string& message) { throw LinkedError("library: " + message); }

static int Double(int number) { return 2 * number; }

int (*Doubler())(int) { return Double; }

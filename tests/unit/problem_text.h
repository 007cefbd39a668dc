// SPDX-License-Identifier: MIT
//
// The loader's message for a problem, so that tests can compare the exact words.
#pragma once

#include <cstdio>
#include <string>

#include "elf/diagnostics.h"

namespace signet::test {

inline std::string Number(uint64_t value, elf::Base base) {
  char text[24];
  std::snprintf(text, sizeof text, base == elf::Base::kHex ? "0x%lx" : "%lu", value);
  return text;
}

// As loader/diagnostics.cc composes it.
inline std::string Text(const elf::Problem& problem) {
  std::string text(problem.what);
  if (problem.base == elf::Base::kNone) return text;
  text += Number(problem.value, problem.base);
  text += problem.relation;
  if (problem.has_limit) text += Number(problem.limit, problem.base);
  return text;
}

// "ok" if there is no problem.
inline std::string Text(const elf::Check& check) { return check ? Text(*check) : "ok"; }

}  // namespace signet::test

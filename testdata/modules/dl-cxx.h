// SPDX-License-Identifier: MIT
//
// What the program, a library that it is linked with, and its plugins share.
#pragma once

#include <stdexcept>

struct PluginError : std::runtime_error {
  using std::runtime_error::runtime_error;
  ~PluginError() override;  // its type information is in the library
};

// A type of which each module has type information.
struct Detail {
  virtual ~Detail() = default;
  int number = 0;
};

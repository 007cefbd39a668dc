// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

// Thrown across modules: its type information is the program's and each library's.
struct __attribute__((visibility("default"))) Thrown {
  int number;
};

// Defined by the program: how many thread-local objects of the libraries are alive.
extern "C" std::atomic<int> balance_of_threads;

// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

// Thrown across modules: its type information is the program's and each library's.
struct __attribute__((visibility("default"))) Thrown {
  int number;
};

// The program's. Thread-local objects of the libraries that are alive.
extern "C" std::atomic<int> balance_of_threads;

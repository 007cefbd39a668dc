// SPDX-License-Identifier: MIT
//
// A plugin that throws, starts threads, and keeps C++ objects.
#include <string>
#include <thread>
#include <vector>

#include "dl-cxx.h"

namespace {
struct Name {
  std::string text = "a string";
};
Name g_name;
thread_local std::string t_text = "per thread";

struct Derived : Detail {
  Derived() { number = 5; }
};
}  // namespace

extern "C" void Throw(int what) {
  if (what == 0) throw PluginError("of the library");
  if (what == 1) throw Derived();
  throw what;
}

extern "C" int CatchInside(void (*thrower)()) {
  try {
    thrower();
  } catch (const PluginError& error) {
    return static_cast<int>(std::string(error.what()).size());
  }
  return -1;
}

extern "C" const char* ThrowAndCatch() {
  try {
    Throw(0);
  } catch (const PluginError& error) {
    static const std::string text = error.what();
    return text.c_str();
  }
  return "not caught";
}

extern "C" int Threads() {
  std::vector<std::thread> threads;
  std::vector<int> lengths(4);
  for (int& length : lengths) {
    threads.emplace_back([&length] {
      try {
        Throw(0);
      } catch (const PluginError&) {
        t_text += "!";
        length = static_cast<int>(t_text.size());
      }
    });
  }
  int sum = 0;
  for (std::thread& thread : threads) thread.join();
  for (const int length : lengths) sum += length;
  return sum;
}

extern "C" const char* Text() { return g_name.text.c_str(); }

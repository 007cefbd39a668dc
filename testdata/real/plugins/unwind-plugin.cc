// SPDX-License-Identifier: MIT
#include <cstdio>
struct Tidy {
  ~Tidy() { std::puts("tidied in the plug-in"); }
};
extern "C" int called_back(int);
extern "C" int call(int n) {
  Tidy tidy;
  return called_back(n) + 1;
}

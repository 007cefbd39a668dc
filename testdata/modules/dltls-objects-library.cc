// SPDX-License-Identifier: MIT
//
// Thread-local objects with constructors and destructors.
#include <cstdio>
#include <string>

namespace {

struct Noisy {
  explicit Noisy(const char* text) : name(text) { std::printf("  %s constructed\n", name.c_str()); }
  ~Noisy() { std::printf("  %s destructed, used %d times\n", name.c_str(), uses); }
  std::string name;
  int uses = 0;
};

thread_local Noisy g_first("a thread-local object with a name that needs memory");
thread_local Noisy g_second("another");

}  // namespace

extern "C" void Use(int times) {
  g_first.uses += times;
  if (times > 1) g_second.uses += times;
}

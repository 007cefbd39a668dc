// SPDX-License-Identifier: MIT
//
// Static objects. Their constructors use the static objects of the library below. LEVEL 1 is the
// lowest library, 3 the program.
#include <cstdio>
#include <string>

extern std::string g_level_1;
extern std::string g_level_2;

namespace {

struct Announced {
  explicit Announced(std::string name) : name_(std::move(name)) {
    std::printf("constructed: %s\n", name_.c_str());
  }
  ~Announced() { std::printf("destructed: %s\n", name_.c_str()); }
  std::string name_;
};

}  // namespace

#if LEVEL == 1
std::string g_level_1 = "level 1, long enough not to fit into the string itself";
static Announced g_announced(g_level_1);
#elif LEVEL == 2
std::string g_level_2 = g_level_1 + " > level 2";
static Announced g_announced(g_level_2);
#else
static Announced g_announced(g_level_2 + " > program");
static Announced& Local() {
  static Announced announced("local static");
  return announced;
}

int main() {
  std::puts("main");
  Local();
}
#endif

// SPDX-License-Identifier: MIT
//
// One of the soak's libraries: compiled once for each NUMBER. It has a constructor and a
// destructor, thread-local variables with and without a destructor, and throws.
#include "plugin.h"

namespace {

struct Lifetime {
  Lifetime() : alive(NUMBER) {}
  ~Lifetime() { alive = -1; }
  volatile int alive;
};
Lifetime lifetime;

struct PerThread {
  ~PerThread() { balance_of_threads.fetch_sub(1, std::memory_order_relaxed); }
  PerThread() { balance_of_threads.fetch_add(1, std::memory_order_relaxed); }
  int calls = 0;
};
#if NUMBER % 4 == 0
thread_local PerThread per_thread;
#else
struct Plain {
  int calls;
};
thread_local Plain per_thread = {0};
#endif
thread_local char big[NUMBER * 16 + 16] __attribute__((aligned(1 << NUMBER % 12))) = {NUMBER % 100};

int (*const table[])(int) = {[](int n) { return n + NUMBER; }, [](int n) { return n - NUMBER; }};

}  // namespace

#ifdef NEEDS
extern "C" int NEEDS(int);
#endif

extern "C" int NAME(int n) { return table[n & 1](n); }

extern "C" int run(int n) {
  ++per_thread.calls;
  if (lifetime.alive != NUMBER || big[0] != NUMBER % 100) return -1;
  if (reinterpret_cast<unsigned long>(big) % (1 << NUMBER % 12) != 0) return -2;
  if (n % 3 == 0) throw Thrown{NUMBER};
#ifdef NEEDS
  if (n % 3 == 1) return NEEDS(2 * n) - 2 * n;
#endif
  return NUMBER;
}

// SPDX-License-Identifier: MIT
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>
int shared_counter;
int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  std::vector<std::string> strings(100, "text");
  try {
    strings.at(argc + 200);
  } catch (const std::out_of_range&) {
    std::puts("caught");
  }
  std::thread([] {
    std::vector<int> numbers(1000);
    std::printf("%zu in a thread\n", numbers.size());
  }).join();
  std::fflush(stdout);
  if (what == "free") {
    char* p = static_cast<char*>(malloc(10));
    free(p);
    std::printf("%d\n", p[argc]);
  }
  if (what == "race") {
    // One after the other, so that no sanitizer misses it; but nothing orders them.
    std::atomic<bool> is_written(false);
    std::thread other([&is_written] {
      while (!is_written.load(std::memory_order_relaxed)) std::this_thread::yield();
      ++shared_counter;
    });
    ++shared_counter;
    is_written.store(true, std::memory_order_relaxed);
    other.join();
  }
  if (what == "stack") {
    volatile int a[4] = {};
    volatile int i = 4;
    a[i] = 1;
  }
  std::puts("the end");
}

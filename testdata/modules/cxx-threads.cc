// SPDX-License-Identifier: MIT
//
// Threads with thread-local objects that have constructors and destructors, in the program and in
// a library; a promise, a call_once, an exception that leaves a thread through a future.
#include <cstdio>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

int NextOfLibrary();

namespace {

struct Counter {
  Counter() { std::puts("program: thread-local constructed"); }
  ~Counter() { std::printf("program: thread-local destructed at %d\n", value); }
  int value = 0;
};
thread_local Counter g_counter;

}  // namespace

int main() {
  g_counter.value = 10;
  NextOfLibrary();
  std::thread thread([] {
    g_counter.value += 1;
    NextOfLibrary();
    std::printf("thread: library's is %d\n", NextOfLibrary());
  });
  thread.join();
  std::printf("main: program's is %d, library's is %d\n", g_counter.value, NextOfLibrary());

  std::once_flag once;
  int calls = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { std::call_once(once, [&] { ++calls; }); });
  }
  for (std::thread& each : threads) each.join();
  std::printf("called once: %d\n", calls);

  std::future<int> failing =
      std::async(std::launch::async, []() -> int { throw std::runtime_error("from a thread"); });
  try {
    failing.get();
  } catch (const std::runtime_error& error) {
    std::printf("caught: %s\n", error.what());
  }
}

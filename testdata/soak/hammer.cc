// SPDX-License-Identifier: MIT
//
//   hammer DIRECTORY COUNT SECONDS
//
// 32 threads open, call and close the libraries DIRECTORY/lib0.so … at random. Prints whether every
// call did what it should, and whether memory and the number of mappings stayed the same after the
// first quarter of the time. Stops itself (SIGSTOP) at the end, so that the test can look at it.
#include <dlfcn.h>
#include <link.h>
#include <signal.h>
#include <unistd.h>

#include <barrier>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "plugin.h"

std::atomic<int> balance_of_threads;

namespace {

constexpr int kThreads = 32;
constexpr int kPhases = 4;

std::string g_directory;
int g_count;
std::atomic<long> g_calls, g_throws, g_faults;

void Complain(const char* what, const char* detail) {
  if (g_faults++ < 10) std::printf("fault: %s: %s\n", what, detail != nullptr ? detail : "");
}

void UseLibrary(int number, int n, int mode) {
  const std::string path = g_directory + "/lib" + std::to_string(number) + ".so";
  void* handle = dlopen(path.c_str(), mode);
  if (handle == nullptr) return Complain("dlopen", dlerror());
  const auto run = reinterpret_cast<int (*)(int)>(dlsym(handle, "run"));
  if (run == nullptr) return Complain("dlsym", dlerror());
  ++g_calls;
  try {
    const int result = run(n);
    const bool is_next = result == (number + g_count - 1) % g_count;
    if (n % 3 == 0 || (result != number && !is_next)) Complain("result", path.c_str());
  } catch (const Thrown& thrown) {
    ++g_throws;
    if (thrown.number != number || n % 3 != 0) Complain("thrown", path.c_str());
  }
  Dl_info info;
  if (n % 8 == 1 && (dladdr(reinterpret_cast<void*>(run), &info) == 0 || path != info.dli_fname)) {
    Complain("dladdr", path.c_str());
  }
  if (dlclose(handle) != 0) Complain("dlclose", dlerror());
}

int CountModules(dl_phdr_info*, size_t, void* count) { return ++*static_cast<int*>(count) < 0; }

void UseAtRandom(std::mt19937& random, std::chrono::steady_clock::time_point end) {
  constexpr int kModes[] = {RTLD_NOW, RTLD_LAZY, RTLD_NOW | RTLD_GLOBAL, RTLD_LAZY};
  while (std::chrono::steady_clock::now() < end) {
    const int n = static_cast<int>(random() % 1000);
    UseLibrary(static_cast<int>(random() % static_cast<unsigned>(g_count)), n,
               kModes[random() % 4]);
    if (n % 16 == 0) {
      int count = 0;
      dl_iterate_phdr(CountModules, &count);
      if (count < 4) Complain("dl_iterate_phdr", "too few modules");
    }
    if (n % 64 == 0) {
      std::thread([n] { UseLibrary(n % g_count, n, RTLD_NOW); }).join();
    }
    if (n == 7 && dlopen("/nothing/lib.so", RTLD_NOW) != nullptr) Complain("dlopen", "nothing");
  }
}

struct Size {
  long maps = 0;
  long rss_pages = 0;
};

Size Measure() {
  Size size;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) ++size.maps;
  long total = 0;
  std::ifstream("/proc/self/statm") >> total >> size.rss_pages;
  return size;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  g_directory = argv[1];
  g_count = std::atoi(argv[2]);
  const auto phase = std::chrono::milliseconds(std::atoi(argv[3]) * 1000 / kPhases);
  std::vector<Size> sizes;
  std::barrier barrier(kThreads, [&sizes]() noexcept { sizes.push_back(Measure()); });
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&barrier, phase, i] {
      std::mt19937 random(static_cast<unsigned>(i));
      for (int number = 0; number < g_count; ++number) UseLibrary(number, 1 + i % 2, RTLD_NOW);
      for (int n = 0; n < kPhases; ++n) {
        UseAtRandom(random, std::chrono::steady_clock::now() + phase);
        barrier.arrive_and_wait();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  const Size& first = sizes.front();
  const Size& last = sizes.back();
  std::fprintf(stderr, "%ld calls; mappings %ld then %ld, pages %ld then %ld\n", g_calls.load(),
               first.maps, last.maps, first.rss_pages, last.rss_pages);
  std::printf("faults: %ld\n", g_faults.load());
  std::printf("threw: %s\n", g_throws > 0 ? "yes" : "no");
  std::printf("thread-local objects left: %d\n", balance_of_threads.load());
  std::printf("mappings level: %s\n", last.maps <= first.maps + 16 ? "yes" : "no");
  std::printf("memory level: %s\n", last.rss_pages <= first.rss_pages + 1024 ? "yes" : "no");
  std::fflush(stdout);
  raise(SIGSTOP);
  return 0;
}

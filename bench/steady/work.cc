// SPDX-License-Identifier: MIT
//
// What programs ask of their dynamic linker while they run, each request many times over.
//
// Input: the two modules of plugin.cc, and by what the usual number of requests is divided. Output:
// for each kind of request a line with its name, a tab, and nanoseconds. It knows nothing of
// Signet: steady (main.cc) runs it under both dynamic linkers.
#include <dlfcn.h>
#include <fmt/format.h>
#include <link.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

using Request = void (*)();
using CounterFunction = int* (*)();

constexpr int kFrames = 10;
constexpr int kThreads = 4;
constexpr int kBatches = 10;

struct Plugin {
  void* handle = nullptr;
  CounterFunction counter = nullptr;
};
Plugin by_call;
Plugin by_descriptor;
volatile const void* sink;

Plugin Open(const char* path) {
  Plugin plugin;
  plugin.handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (plugin.handle == nullptr) throw std::runtime_error(dlerror());
  plugin.counter = reinterpret_cast<CounterFunction>(dlsym(plugin.handle, "Counter"));
  return plugin;
}

// What is behind the call keeps the compiler from making a loop of it.
[[gnu::noinline]] void ThrowBelow(int frames) {
  if (frames == 0) throw 1;
  ThrowBelow(frames - 1);
  asm volatile("");
}

void ThrowAndCatch() {
  try {
    ThrowBelow(kFrames);
  } catch (int) {
  }
}

void FindDefault() { sink = dlsym(RTLD_DEFAULT, "printf"); }
void FindByHandle() { sink = dlsym(by_call.handle, "Counter"); }

void FindAddress() {
  Dl_info info;
  if (dladdr(reinterpret_cast<void*>(&std::fflush), &info) != 0) sink = info.dli_sname;
}

void TouchByCall() { sink = by_call.counter(); }
void TouchByDescriptor() { sink = by_descriptor.counter(); }
void MakeThread() {
  std::thread([] {}).join();
}
void MakeThreadThatTouches() { std::thread(TouchByCall).join(); }

void Iterate() {
  dl_iterate_phdr([](dl_phdr_info*, size_t, void*) { return 0; }, nullptr);
}

void Repeat(Request request, int count) {
  for (int i = 0; i < count; ++i) request();
}

// The time of one request, if `threads` make `count` each at the same time.
double TimeBatch(Request request, int count, int threads) {
  const auto start = std::chrono::steady_clock::now();
  if (threads == 1) {
    Repeat(request, count);
  } else {
    std::vector<std::thread> all;
    all.reserve(static_cast<size_t>(threads));
    for (int i = 0; i < threads; ++i) all.emplace_back(Repeat, request, count);
    for (std::thread& thread : all) thread.join();
  }
  const std::chrono::duration<double, std::nano> elapsed = std::chrono::steady_clock::now() - start;
  return elapsed.count() / count;
}

// The least of some batches: what disturbs them only adds to their time.
void Report(const char* name, Request request, int count, int divisor, int threads = 1) {
  const int batch = count / (kBatches * divisor) + 1;
  double least = TimeBatch(request, batch, threads);
  for (int i = 1; i < kBatches; ++i) least = std::min(least, TimeBatch(request, batch, threads));
  fmt::print("{}\t{}\n", name, least);
}

// Threads that run at the same time need more than the one CPU of the other measurements.
void LeaveCpu() {
  cpu_set_t all;
  CPU_ZERO(&all);
  for (int i = 0; i < CPU_SETSIZE; ++i) CPU_SET(i, &all);
  sched_setaffinity(0, sizeof all, &all);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return EXIT_FAILURE;
  const int divisor = std::atoi(argv[3]);
  try {
    by_call = Open(argv[1]);
    by_descriptor = Open(argv[2]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return EXIT_FAILURE;
  }
  Report("throw and catch, ten frames", ThrowAndCatch, 20'000, divisor);
  Report("dlsym, default", FindDefault, 1'000'000, divisor);
  Report("dlsym, handle", FindByHandle, 1'000'000, divisor);
  Report("dladdr", FindAddress, 30'000, divisor);
  Report("TLS by __tls_get_addr", TouchByCall, 10'000'000, divisor);
  Report("TLS by descriptor", TouchByDescriptor, 10'000'000, divisor);
  Report("thread", MakeThread, 3'000, divisor);
  Report("thread, first touch of TLS", MakeThreadThatTouches, 3'000, divisor);
  Report("dl_iterate_phdr", Iterate, 1'000'000, divisor);
  LeaveCpu();
  Report("throw and catch, four threads", ThrowAndCatch, 10'000, divisor, kThreads);
  return EXIT_SUCCESS;
}

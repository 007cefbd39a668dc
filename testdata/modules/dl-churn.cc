// SPDX-License-Identifier: MIT
//
// Threads that open, call and close libraries, while other threads walk over all modules, look up
// symbols, and throw.
#include <dlfcn.h>
#include <link.h>

#include <atomic>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace {

std::atomic<bool> done = false;
std::atomic<int> bad = 0;

void OpenAndClose(unsigned seed) {
  for (int round = 0; round < 400; ++round) {
    seed = seed * 1103515245 + 12345;
    const std::string name = "libmany-" + std::to_string((seed >> 16) % 40) + ".so";
    void* library = dlopen(name.c_str(), RTLD_NOW);
    if (library == nullptr || dlsym(library, "Number") == nullptr) {
      ++bad;
      return;
    }
    if (dlclose(library) != 0) ++bad;
    if (round % 8 == 0 && dlopen("libmissing-deep.so", RTLD_NOW) != nullptr) ++bad;
  }
}

void Walk() {
  const auto visit = [](dl_phdr_info* info, size_t, void* sum) {
    for (int i = 0; i < info->dlpi_phnum; ++i)
      *static_cast<size_t*>(sum) += info->dlpi_phdr[i].p_memsz + std::strlen(info->dlpi_name);
    return 0;
  };
  while (!done) {
    size_t sum = 0;
    if (dl_iterate_phdr(visit, &sum) != 0 || sum == 0) ++bad;
    Dl_info info;
    if (dladdr(reinterpret_cast<void*>(&std::printf), &info) == 0) ++bad;
  }
}

void Throw() {
  while (!done) {
    try {
      throw 5;
    } catch (int value) {
      if (value != 5) ++bad;
    }
  }
}

}  // namespace

int main() {
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back(Walk);
    readers.emplace_back(Throw);
  }
  std::vector<std::thread> openers;
  for (unsigned i = 0; i < 4; ++i) openers.emplace_back(OpenAndClose, i);
  for (std::thread& thread : openers) thread.join();
  done = true;
  for (std::thread& thread : readers) thread.join();
  std::printf("bad: %d\n", bad.load());
}

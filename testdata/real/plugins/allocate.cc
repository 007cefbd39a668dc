// SPDX-License-Identifier: MIT
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>
int main(int, char** argv) {
  std::vector<std::thread> threads;
  for (int n = 0; n < 4; ++n)
    threads.emplace_back([n] {
      std::vector<std::string> strings;
      for (int i = 0; i < 20000; ++i) {
        strings.emplace_back(static_cast<size_t>(i % 500 + n), 'x');
        if (i % 3) strings.pop_back();
      }
      free(aligned_alloc(4096, 8192));
      free(realloc(calloc(10, 10), 100000));
    });
  for (auto& thread : threads) thread.join();
  std::ifstream maps("/proc/self/maps");
  std::string line;
  bool found = false;
  while (std::getline(maps, line)) found |= line.find("malloc") != std::string::npos;
  std::printf("done, with one's own malloc: %d\n", found);
}

// SPDX-License-Identifier: MIT
//
// The header in C++, and the ledger as it shows it: the program's own range among others.
#include <signet/signet.h>
#include <sys/mman.h>

#include <cstdio>
#include <cstring>

namespace {

struct Counts {
  void* page;
  int ranges;
  int sealed;
  int own;
  int libc;
};

int Visit(const signet_range* range, void* argument) {
  auto* counts = static_cast<Counts*>(argument);
  ++counts->ranges;
  if (range->backend == SIGNET_BACKEND_NONE) return 0;
  ++counts->sealed;
  if (range->start == counts->page && range->size == 4096 && range->reason == SIGNET_REASON_OWN &&
      std::strcmp(range->module, "") == 0)
    ++counts->own;
  if (std::strcmp(range->module, "libc.so.6") == 0) ++counts->libc;
  return 0;
}

alignas(4096) char variables[2 * 4096] = {1};

}  // namespace

int main() {
  if (signet_for_each_range == nullptr || signet_backend == nullptr) {
    std::puts("not under Signet");
    return 0;
  }
  // Inaccessible memory on both sides, so that it is a mapping of its own.
  char* room =
      static_cast<char*>(mmap(nullptr, 3 * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  void* page = room + 4096;
  mprotect(page, 4096, PROT_READ);
  std::printf("mimmutable: %d\n", mimmutable(page, 4096));
  std::printf("of a variable: %d\n", signet_seal(variables + 4096, 4096));
  Counts counts = {page, 0, 0, 0, 0};
  const int result = signet_for_each_range(Visit, &counts);
  std::printf("all visited: %d, own: %d, sealed ones of libc: %d, more: %d\n", result, counts.own,
              counts.libc >= 3, counts.ranges > counts.sealed);
  std::printf("stopped: %d\n",
              signet_for_each_range([](const signet_range*, void*) { return 5; }, nullptr));
  std::printf("backend: %u\n", static_cast<unsigned>(signet_backend()));
  return 0;
}

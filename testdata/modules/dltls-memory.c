// SPDX-License-Identifier: MIT
//
// There is no memory left for a large variable when it is first touched.
#include <sys/resource.h>
#include <unistd.h>

#include "dltls.h"

int main(void) {
  const struct rlimit limit = {1, 1};
  void (*facts)(const char*) = (void (*)(const char*))Find(Open("libdltls-2m.so"), "HugeFacts");
  puts("loaded");
  fflush(stdout);
  close(STDOUT_FILENO);  // a compiler may move the touch before the function's first line
  setrlimit(RLIMIT_AS, &limit);
  facts("touching");
}

// SPDX-License-Identifier: MIT
//
// pthread_cancel and pthread_exit unwind a thread's stack: glibc opens libgcc_s by itself for that,
// and the unwinder must find every module.
#include <pthread.h>
#include <unistd.h>

#include <cstdio>

namespace {

struct Guard {
  const char* what;
  ~Guard() { std::printf("unwound: %s\n", what); }
};

int g_ready[2];

void* Wait(void*) {
  Guard guard{"cancelled thread"};
  (void)!write(g_ready[1], "", 1);
  for (;;) pause();
}

void* Exit(void*) {
  Guard guard{"thread that exits"};
  pthread_exit(reinterpret_cast<void*>(42));
}

}  // namespace

int main() {
  pthread_t thread;
  void* result = nullptr;
  char byte = 0;
  (void)!pipe(g_ready);
  pthread_create(&thread, nullptr, Wait, nullptr);
  (void)!read(g_ready[0], &byte, 1);
  pthread_cancel(thread);
  pthread_join(thread, &result);
  std::printf("cancelled: %s\n", result == PTHREAD_CANCELED ? "yes" : "no");
  pthread_create(&thread, nullptr, Exit, nullptr);
  pthread_join(thread, &result);
  std::printf("exited with: %ld\n", reinterpret_cast<long>(result));
}

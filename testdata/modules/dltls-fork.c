// SPDX-License-Identifier: MIT
//
// A child has a copy of its thread's variables. New threads of the child begin with initial values.
#include <sys/wait.h>
#include <unistd.h>

#include "dltls.h"

static int (*g_next[2])(void);

static void* Thread(void* title) {
  printf("%s: %d %d\n", (const char*)title, g_next[0](), g_next[1]());
  fflush(stdout);
  return 0;
}

static void* ForkingThread(void* unused) {
  Thread("thread");
  const pid_t child = fork();
  if (child == 0) {
    Thread("child");
    g_next[1] = (int (*)(void))Find(Open("libdltls-large.so"), "Next");
    Thread("child, another library");
    RunThread(Thread, "child's thread");
    _exit(0);
  }
  waitpid(child, 0, 0);
  Thread("thread");
  return unused;
}

int main(void) {
  g_next[0] = (int (*)(void))Find(Open("libdltls-many-0.so"), "Next");
  g_next[1] = (int (*)(void))Find(Open("libdltls-static.so"), "Next");
  RunThread(ForkingThread, 0);
  Thread("main");
}

// SPDX-License-Identifier: MIT
//
// A signal handler is the first to touch a thread's variable. With an argument, signals arrive at
// any time in many threads.
#include <signal.h>
#include <sys/time.h>

#include "dltls.h"

enum { kLibraries = 8 };

static int* (*g_address[kLibraries])(void);
static __thread int* volatile g_seen[kLibraries];

static void Handler(int signal) {
  (void)signal;
  for (int i = 0; i < kLibraries; ++i) {
    if (g_address[i] != 0) g_seen[i] = g_address[i]();
  }
}

static void* Thread(void* different) {
  for (int i = 0; i < kLibraries && g_address[i] != 0; ++i) {
    int* const own = g_address[i]();
    if ((g_seen[i] != 0 && g_seen[i] != own) || *own != 41) ++*(int*)different;
  }
  return 0;
}

static void* ThreadWithSignal(void* different) {
  raise(SIGALRM);
  if (g_seen[0] == 0) ++*(int*)different;
  return Thread(different);
}

int main(int argc, char** argv) {
  (void)argv;
  const int storm = argc > 1;
  int different = 0;
  const struct sigaction action = {.sa_handler = Handler, .sa_flags = SA_RESTART};
  for (int i = 0; i < (storm ? kLibraries : 1); ++i) {
    char name[64];
    sprintf(name, "libdltls-many-%d.so", i);
    g_address[i] = (int* (*)(void))Find(Open(name), "Address");
  }
  sigaction(SIGALRM, &action, 0);
  if (storm) {
    const struct itimerval often = {{0, 50}, {0, 50}};
    setitimer(ITIMER_REAL, &often, 0);
    for (int i = 0; i < 1000; ++i) RunThread(Thread, &different);
  } else {
    RunThread(ThreadWithSignal, &different);
    ThreadWithSignal(&different);
  }
  Check("handler and thread see the same", different == 0);
}

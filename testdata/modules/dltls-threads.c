// SPDX-License-Identifier: MIT
//
// 1,000 threads touch the variables of two libraries at the same time, several times. Then many
// threads do so one after the other. Their memory is given back.
#include <malloc.h>

#include "dltls.h"

enum { kThreads = 1000, kRounds = 3, kLater = 2000 };

static int (*g_next[2])(void);
static pthread_barrier_t g_barrier;
static int g_wrong;

static void Touch(void) {
  for (int i = 0; i < 2; ++i) {
    if (g_next[i]() != 42 || g_next[i]() != 43) __atomic_add_fetch(&g_wrong, 1, __ATOMIC_RELAXED);
  }
  dlsym(RTLD_DEFAULT, "no such name");  // for its error text
}

static void* Together(void* unused) {
  pthread_barrier_wait(&g_barrier);
  Touch();
  pthread_barrier_wait(&g_barrier);
  return unused;
}

static void* Alone(void* unused) {
  Touch();
  return unused;
}

// In KiB, without memory that malloc keeps for later.
static long Resident(void) {
  malloc_trim(0);
  return StatusLine("VmRSS:");
}

static void AllTogether(void) {
  static pthread_t threads[kThreads];
  for (int i = 0; i < kThreads; ++i) threads[i] = StartThread(Together, 0);
  for (int i = 0; i < kThreads; ++i) pthread_join(threads[i], 0);
}

int main(void) {
  g_next[0] = (int (*)(void))Find(Open("libdltls-many-0.so"), "Next");
  g_next[1] = (int (*)(void))Find(Open("libdltls-large.so"), "Next");
  pthread_barrier_init(&g_barrier, 0, kThreads);
  AllTogether();
  const long resident = Resident();
  for (int i = 1; i < kRounds; ++i) AllTogether();
  Check("resident memory is level", Resident() - resident < 8 * 1024);
  for (int i = 0; i < 10; ++i) RunThread(Alone, 0);
  const long size = StatusLine("VmSize:");
  for (int i = 0; i < kLater; ++i) RunThread(Alone, 0);
  Check("address space is level", StatusLine("VmSize:") - size < 1024);
  Check("each thread had its own", g_wrong == 0);
}

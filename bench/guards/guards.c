// SPDX-License-Identifier: MIT
//
// How long calls take that touch nothing sealed, in nanoseconds: the minimum of many rounds. Run it
// under the loader with --backend=kernel, guard and seccomp. The differences are what the guards
// and the filter cost.
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { kRounds = 50, kCalls = 20000, kPage = 4096 };

static char* page;

static void Protect(void) { mprotect(page, kPage, PROT_READ | PROT_WRITE); }
static void Advise(void) { madvise(page, kPage, MADV_DONTNEED); }
static void Unmap(void) { munmap((void*)kPage, kPage); }
static void Other(void) { syscall(SYS_getppid); }

static double Now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void Measure(const char* name, void (*call)(void)) {
  double least = 1e18;
  for (int round = 0; round < kRounds; ++round) {
    const double start = Now();
    for (int i = 0; i < kCalls; ++i) call();
    const double cost = (Now() - start) / kCalls;
    if (cost < least) least = cost;
  }
  printf("%-18s %4.0f ns\n", name, least);
}

int main(void) {
  page = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return 1;
  Measure("mprotect", Protect);
  Measure("MADV_DONTNEED", Advise);
  Measure("munmap of nothing", Unmap);
  Measure("syscall getppid", Other);
  return 0;
}

// SPDX-License-Identifier: MIT
//
// A program that `signet verify --after` attacks. Its arguments say what it does first, one after
// the other. In the end it waits.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <iconv.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <unistd.h>

#include "signet/signet.h"

extern uint64_t signet_ledger_address __attribute__((weak));

static void* Wait(void* unused) {
  for (;;) pause();
  return unused;
}

// Modules that libc opens by itself.
static void OpenLateModules(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, Wait, NULL);
  pthread_cancel(thread);
  pthread_join(thread, NULL);
  iconv_open("UTF-8", "EUC-JP");
}

static void* Allocate(void* unused) {
  for (;;) free(malloc(1 << 20));
  return unused;
}

static void* CallLoader(void* unused) {
  for (;;) dlclose(dlopen("libattack-code.so", RTLD_NOW));
  return unused;
}

// This thread cannot be stopped while its child lives.
static void* WaitForChild(void* unused) {
  if (vfork() == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) pause();
  }
  return unused;
}

static void StartThreads(void) {
  pthread_t thread;
  for (int i = 0; i < 4; ++i) pthread_create(&thread, NULL, Allocate, NULL);
  for (int i = 0; i < 2; ++i) pthread_create(&thread, NULL, CallLoader, NULL);
  pthread_create(&thread, NULL, WaitForChild, NULL);
}

static void Return(int signal) { (void)signal; }

// A handler that returns to the faulting instruction, and a timer.
static void HandleSignals(void) {
  const struct itimerval timer = {{0, 1000}, {0, 1000}};
  signal(SIGSEGV, Return);
  signal(SIGBUS, Return);
  signal(SIGALRM, Return);
  setitimer(ITIMER_REAL, &timer, NULL);
}

static void MapCode(void) {
  mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

// Memory that it shares with a file.
static void SealFile(const char* path) {
  const int file = open(path, O_RDWR);
  void* page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  signet_seal(page, 4096);
}

// The ledger is in memory that it may write to.
static void HideSeals(void) { ((struct signet_ledger*)signet_ledger_address)->entry_count = 1; }

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (strcmp(argv[i], "open") == 0) dlopen("libattack-code.so", RTLD_NOW);
    if (strcmp(argv[i], "late") == 0) OpenLateModules();
    if (strcmp(argv[i], "call") == 0) dlsym(RTLD_DEFAULT, "no_such_symbol");
    if (strcmp(argv[i], "threads") == 0) StartThreads();
    if (strcmp(argv[i], "signals") == 0) HandleSignals();
    if (strcmp(argv[i], "map") == 0) MapCode();
    if (strcmp(argv[i], "hide") == 0) HideSeals();
    if (argv[i][0] == '/') SealFile(argv[i]);
    if (strcmp(argv[i], "stop") == 0) raise(SIGSTOP);
    if (strcmp(argv[i], "leave") == 0) pthread_exit(NULL);
  }
  Wait(NULL);
}

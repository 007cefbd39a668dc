// SPDX-License-Identifier: MIT
//
// Opens the library that the argument names, and prints what the stacks of the first thread, of a
// thread that is there meanwhile, of one that comes later, and of one that gets the stack of a
// thread that has ended are like.
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

#include "attack-maps.h"

static pthread_barrier_t barrier;

static void Print(const char* what) {
  MappingFacts stack;
  if (FindMappingAt(&stack, &stack)) printf("%s: %s\n", what, stack.permissions);
}

static void* StayMeanwhile(void* unused) {
  pthread_barrier_wait(&barrier);
  pthread_barrier_wait(&barrier);
  Print("thread that was there");
  return unused;
}

static void* End(void* unused) { return unused; }

static void* Come(void* what) {
  Print(what);
  pthread_barrier_wait(&barrier);
  return NULL;
}

int main(int argc, char** argv) {
  pthread_t early, ended, first, second;
  Print("main");
  pthread_barrier_init(&barrier, NULL, 2);
  pthread_create(&early, NULL, StayMeanwhile, NULL);
  pthread_create(&ended, NULL, End, NULL);
  pthread_join(ended, NULL);
  pthread_barrier_wait(&barrier);
  if (argc > 1) printf("dlopen: %s\n", dlopen(argv[1], RTLD_NOW) != NULL ? "ok" : dlerror());
  Print("main");
  pthread_barrier_wait(&barrier);
  pthread_join(early, NULL);
  pthread_create(&first, NULL, Come, "thread with an old stack");
  pthread_create(&second, NULL, Come, "thread with an old stack");
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  pthread_barrier_init(&barrier, NULL, 1);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 1 << 26);
  pthread_create(&first, &attributes, Come, "thread with a new stack");
  pthread_join(first, NULL);
  return 0;
}

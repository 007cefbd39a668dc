// SPDX-License-Identifier: MIT
//
// Prints how much of a stack of the smallest size is left to a thread when it begins.
#define _GNU_SOURCE
#include <limits.h>
#include <pthread.h>
#include <stdio.h>

static __thread char t_bytes[64];

static void* Run(void* unused) {
  pthread_attr_t attributes;
  void* stack;
  size_t size;
  t_bytes[0] = 1;
  pthread_getattr_np(pthread_self(), &attributes);
  pthread_attr_getstack(&attributes, &stack, &size);
  printf("room %zu\n", (size_t)((char*)__builtin_frame_address(0) - (char*)stack));
  return unused;
}

int main(void) {
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, (size_t)PTHREAD_STACK_MIN);
  pthread_attr_setguardsize(&attributes, 0);
  pthread_create(&thread, &attributes, Run, NULL);
  pthread_join(thread, NULL);
  return 0;
}

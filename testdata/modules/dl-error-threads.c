// SPDX-License-Identifier: MIT
//
// Each thread has a dlerror of its own.
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

static pthread_barrier_t g_barrier;

static const char* Text(void) {
  const char* text = dlerror();
  return text == NULL ? "no error" : text;
}

static void* Thread(void* argument) {
  (void)argument;
  printf("thread, at first: %s\n", Text());
  dlopen("libno-thread.so", RTLD_NOW);
  pthread_barrier_wait(&g_barrier);
  pthread_barrier_wait(&g_barrier);
  printf("thread: %s\n", Text());
  printf("thread, again: %s\n", Text());
  return NULL;
}

int main(void) {
  pthread_t thread;
  pthread_barrier_init(&g_barrier, NULL, 2);
  dlopen("libno-main.so", RTLD_NOW);
  pthread_create(&thread, NULL, Thread, NULL);
  pthread_barrier_wait(&g_barrier);
  printf("main: %s\n", Text());
  printf("main, again: %s\n", Text());
  pthread_barrier_wait(&g_barrier);
  pthread_join(thread, NULL);
  return 0;
}

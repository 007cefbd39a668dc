// SPDX-License-Identifier: MIT
//
// One thread opens and closes libraries all the time. The other one forks, and each child opens a
// library too and looks up a symbol.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int g_stop;

static void* Thread(void* argument) {
  (void)argument;
  for (int i = 0; !g_stop; ++i) {
    char name[64];
    snprintf(name, sizeof name, "libmany-%d.so", i % 40);
    void* library = dlopen(name, RTLD_NOW);
    if (library != NULL) dlclose(library);
  }
  return NULL;
}

static int Child(int i) {
  alarm(10);
  char name[64];
  snprintf(name, sizeof name, "libmany-%d.so", i % 40);
  void* library = dlopen(name, RTLD_NOW);
  if (library == NULL) return 1;
  int (*number)(void) = (int (*)(void))dlsym(library, "Number");
  if (number == NULL) return 2;
  // -1: the other thread was in the library's constructor, which nobody finishes in the child.
  if (number() != i % 40 && number() != -1) return 3;
  return dlclose(library) == 0 ? 0 : 4;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, Thread, NULL);
  int good = 0;
  for (int i = 0; i < 50; ++i) {
    const pid_t child = fork();
    if (child == 0) _exit(Child(i));
    int status = 0;
    waitpid(child, &status, 0);
    good += status == 0;
  }
  g_stop = 1;
  pthread_join(thread, NULL);
  printf("good: %d\n", good);
  return 0;
}

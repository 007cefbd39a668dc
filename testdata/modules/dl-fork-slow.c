// SPDX-License-Identifier: MIT
//
// Forks while another thread is in the middle of a dlopen, which takes longer than a fork waits for
// locks. The child opens another library.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void* Thread(void* argument) {
  (void)argument;
  return dlopen("libslow.so", RTLD_NOW);
}

int main(void) {
  pthread_t thread;
  void* library = NULL;
  pthread_create(&thread, NULL, Thread, NULL);
  usleep(300000);
  const pid_t child = fork();
  if (child == 0) {
    alarm(10);
    if (dlopen("libmany-1.so", RTLD_NOW) != NULL) _exit(0);
    puts(dlerror());
    fflush(stdout);
    _exit(1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  pthread_join(thread, &library);
  printf("child: %d, library: %s\n", status, library != NULL ? "open" : dlerror());
  return 0;
}

// SPDX-License-Identifier: MIT
//
// The name of the process, as ps shows it, in the first thread and in another; then the arguments.
#include <pthread.h>
#include <stdio.h>
#include <sys/prctl.h>

static void* Show(void* who) {
  char name[16] = "";
  prctl(PR_GET_NAME, name);
  printf("%s: %s\n", (const char*)who, name);
  return 0;
}

int main(int argc, char** argv) {
  Show("process");
  pthread_t thread;
  if (pthread_create(&thread, 0, Show, "thread") != 0) return 1;
  pthread_join(thread, 0);
  for (int i = 0; i < argc; ++i) printf("<%s>\n", argv[i]);
  return 0;
}

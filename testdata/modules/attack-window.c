// SPDX-License-Identifier: MIT
//
// Many times: opens a library while another thread tries to make its coming text writable and to
// change it. Prints how often the text has another protection or other bytes than the file says.
// The arguments are two libraries and the number of attempts.
//
// Every attempt is a child of this process, so that all have the same layout. The first one makes
// no attack, and tells where the text will be and how it begins.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attack-maps.h"

static struct Shared {
  char* text;
  unsigned char first_byte;
  long hits;     // attempts in which the text is where it was expected
  long changes;  // successful calls of mprotect
} * shared;

static volatile int is_spinning;

static void* Spin(void* unused) {
  for (;;) {
    is_spinning = 1;
    if (mprotect(shared->text, 4096, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) continue;
    ++shared->changes;
    *shared->text = (char)0xc3;
  }
  return unused;
}

static void* Wait(void* unused) {
  is_spinning = 1;
  pause();
  return unused;
}

static int IsExecutableOnly(const char* address) {
  MappingFacts found;
  return FindMappingAt(address, &found) && strcmp(found.permissions, "r-xp") == 0;
}

static int Attempt(char** libraries, int is_attack) {
  pthread_t thread;
  dlopen(libraries[0], RTLD_NOW);
  pthread_create(&thread, NULL, is_attack ? Spin : Wait, NULL);
  while (!is_spinning) continue;
  void* handle = dlopen(libraries[1], RTLD_NOW);
  if (handle == NULL) return 0;
  unsigned char* function = dlsym(handle, "AttackCode");
  char* text = (char*)((unsigned long)function & -4096ul);
  if (!is_attack) {
    shared->text = text;
    shared->first_byte = *(unsigned char*)text;
  }
  shared->hits += text == shared->text;
  usleep(1000);
  return !IsExecutableOnly(text) || *(unsigned char*)text != shared->first_byte;
}

int main(int argc, char** argv) {
  int breaches = 0;
  shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i <= atoi(argv[3]); ++i) {
    int status;
    const pid_t child = fork();
    if (child == 0) _exit(Attempt(argv + 1, i != 0));
    waitpid(child, &status, 0);
    breaches += WIFEXITED(status) && WEXITSTATUS(status) == 1;
  }
  fprintf(stderr, "hits: %ld, successful calls of mprotect: %ld\n", shared->hits, shared->changes);
  printf("breaches: %d\n", breaches);
  return 0;
}

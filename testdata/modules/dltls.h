// SPDX-License-Identifier: MIT
//
// For programs that load libraries with thread-local variables: loading, looking up, threads,
// facts.
#pragma once

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void* Open(const char* name) {
  void* handle = dlopen(name, RTLD_NOW);
  if (handle == 0) {
    printf("%s\n", dlerror());
    exit(1);
  }
  return handle;
}

static inline void* Find(void* handle, const char* name) {
  void* address = dlsym(handle, name);
  if (address == 0) {
    printf("%s\n", dlerror());
    exit(1);
  }
  return address;
}

static inline void Check(const char* name, int truth) {
  printf("%s: %s\n", name, truth ? "yes" : "no");
}

static inline pthread_t StartThread(void* (*body)(void*), void* argument) {
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 256 * 1024);
  if (pthread_create(&thread, &attributes, body, argument) != 0) {
    puts("cannot create a thread");
    exit(1);
  }
  pthread_attr_destroy(&attributes);
  return thread;
}

static inline void RunThread(void* (*body)(void*), void* argument) {
  pthread_join(StartThread(body, argument), 0);
}

// A line of /proc/self/status, in KiB.
static inline long StatusLine(const char* name) {
  char line[256];
  long value = 0;
  FILE* file = fopen("/proc/self/status", "re");
  while (fgets(line, sizeof line, file) != 0) {
    if (strncmp(line, name, strlen(name)) == 0) value = strtol(line + strlen(name) + 1, 0, 10);
  }
  fclose(file);
  return value;
}

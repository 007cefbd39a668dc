// SPDX-License-Identifier: MIT
//
// Loads a library of each access model. A thread that was there before, one that comes later, and
// the first find the initial values; the first finds its own as it left them.
#include "dltls.h"

typedef void ShowFunction(const char* title);

static const char* const kLibraries[][2] = {
    {"libdltls-initial.so", "Initial"},       {"libdltls-initial-own.so", "InitialOwn"},
    {"libdltls-general.so", "General"},       {"libdltls-local-dynamic.so", "LocalDynamic"},
    {"libdltls-descriptor.so", "Descriptor"}, {"libdltls-descriptor-own.so", "DescriptorOwn"}};
enum { kCount = sizeof kLibraries / sizeof kLibraries[0] };

static ShowFunction* g_show[kCount];
static pthread_barrier_t g_barrier;

static void ShowAll(const char* title) {
  puts(title);
  fflush(stdout);
  for (int i = 0; i < kCount; ++i) g_show[i](kLibraries[i][1]);
}

static void* Thread(void* title) {
  ShowAll(title);
  return 0;
}

static void* EarlyThread(void* title) {
  pthread_barrier_wait(&g_barrier);
  pthread_barrier_wait(&g_barrier);
  return Thread(title);
}

int main(void) {
  pthread_barrier_init(&g_barrier, 0, 2);
  const pthread_t early = StartThread(EarlyThread, "-- early thread");
  pthread_barrier_wait(&g_barrier);
  for (int i = 0; i < kCount; ++i) {
    char name[64] = "";
    strcat(strcat(name, kLibraries[i][1]), "Show");
    g_show[i] = (ShowFunction*)Find(Open(kLibraries[i][0]), name);
  }
  ShowAll("-- first thread");
  pthread_barrier_wait(&g_barrier);
  pthread_join(early, 0);
  RunThread(Thread, "-- late thread");
  ShowAll("-- first thread again");
}

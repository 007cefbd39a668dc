// SPDX-License-Identifier: MIT
//
// dlsym of a thread-local variable returns the address of this thread's variable.
#include "dltls.h"

static void* g_handles[3];

static void* Thread(void* title) {
  puts(title);
  for (int i = 0; i < 3; ++i) {
    const char* const names[] = {"counter0", "counter1", "counter_static"};
    int* const found = Find(g_handles[i], names[i]);
    Check(names[i], found == ((int* (*)(void))Find(g_handles[i], "Address"))());
    printf("  value: %d\n", ++*found);
  }
  return 0;
}

int main(void) {
  g_handles[0] = Open("libdltls-many-0.so");
  g_handles[1] = Open("libdltls-many-1.so");
  g_handles[2] = Open("libdltls-static.so");
  Thread("-- first thread");
  RunThread(Thread, "-- second thread");
  Thread("-- first thread again");
}

// SPDX-License-Identifier: MIT
//
// Loads libraries with thread-local variables aligned to 64, to a page, to 2 MiB.
#include "dltls.h"

static const char* const kPrefixes[] = {"Line", "Page", "Huge"};
static void* g_handles[3];

static void* Function(int i, const char* name) {
  char full[32] = "";
  return Find(g_handles[i], strcat(strcat(full, kPrefixes[i]), name));
}

static void* Thread(void* title) {
  puts(title);
  fflush(stdout);
  for (int i = 0; i < 3; ++i) ((void (*)(const char*))Function(i, "Facts"))(kPrefixes[i]);
  for (int i = 0; i < 3; ++i) ((void (*)(char))Function(i, "Write"))((char)(i + 11));
  int hold = 1;
  for (int i = 0; i < 3; ++i) hold &= ((int (*)(char))Function(i, "Holds"))((char)(i + 11));
  Check("all hold", hold);
  return 0;
}

int main(void) {
  g_handles[0] = Open("libdltls-64.so");
  g_handles[1] = Open("libdltls-page.so");
  g_handles[2] = Open("libdltls-2m.so");
  Thread("-- first thread");
  RunThread(Thread, "-- second thread");
}

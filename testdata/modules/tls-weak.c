// SPDX-License-Identifier: MIT
//
// A thread-local variable that nobody defines. Its descriptor gives null. Through the thread
// pointer it has no useful address, but the program starts.
#include "freestanding.h"

extern __thread int g_missing __attribute__((weak));
extern __thread int g_missing_initial __attribute__((weak, tls_model("initial-exec")));
int* volatile g_use;

void Facts(void) {
  Check("descriptor gives null", &g_missing == 0);
  g_use = &g_missing_initial;
  Line("started");
}

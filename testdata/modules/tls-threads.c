// SPDX-License-Identifier: MIT
//
// A second thread, started after the first has changed its variables, finds the initial values. The
// first thread finds its own variables as it left them.
#include <pthread.h>

#include "tls-models.h"

static void* Thread(void* argument) {
  (void)argument;
  Line("-- second thread");
  ShowAll();
  return 0;
}

int main(void) {
  pthread_t thread;
  Line("-- first thread");
  ShowAll();
  pthread_create(&thread, 0, Thread, 0);
  pthread_join(thread, 0);
  Line("-- first thread again");
  ShowAll();
  return 0;
}

// SPDX-License-Identifier: MIT
//
// A library that tools watch: much data, a look at memory that nobody has set, a leak, and a probe
// with a semaphore, which the kernel counts up while somebody watches.
#include <stdlib.h>
#include <string.h>

#define _SDT_HAS_SEMAPHORES 1
#include <sys/sdt.h>

char much_data[400000] = {1};

__attribute__((section(".probes"))) unsigned short signet_probed_semaphore = 0;

int Probed(void) {
  STAP_PROBE1(signet, probed, 42);
  return *(volatile unsigned short*)&signet_probed_semaphore;
}

int LooksAtUnset(int* value) { return *value == much_data[0] ? 1 : 2; }

void Leaks(void) {
  char* volatile lost = malloc(10);
  strcpy(lost, "lost");
  lost = NULL;
}

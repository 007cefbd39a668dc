// SPDX-License-Identifier: MIT
//
// Sealing without a C library: there is no errno, and the answers are the same.
#include <signet/signet.h>

#include "start.h"

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  static __attribute__((aligned(4096))) char page[4096];
  FactNumber("mseal", mseal(page, sizeof page, 0));
  FactNumber("mseal with flags", mseal(page, sizeof page, 1));
  FactNumber("is sealed", signet_is_sealed(page, sizeof page));
  FactNumber("signet_seal, unaligned", signet_seal(page + 1, 1));
  return 0;
}

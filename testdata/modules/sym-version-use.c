// SPDX-License-Identifier: MIT
//
// Refers to versions: to the default one, or with OLD to an old one beside it.
#include "start.h"

const char* Answer(void);
const char* Unnamed(void);
const char* OwnAnswer(void);
#ifdef OLD
const char* OldAnswer(void);
const char* OldWithdrawn(void);
__asm__(".symver OldAnswer, Answer@V1");
__asm__(".symver OldWithdrawn, Withdrawn@V1");
#endif
#ifdef WITHDRAWN
const char* Withdrawn(void);
#endif

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  Fact("default", Answer());
  Fact("library's own", OwnAnswer());
  Fact("unnamed", Unnamed());
#ifdef OLD
  Fact("old", OldAnswer());
  Fact("withdrawn", OldWithdrawn());
#endif
#ifdef WITHDRAWN
  Fact("withdrawn", Withdrawn());
#endif
  return 0;
}

// SPDX-License-Identifier: MIT
//
// Its own variable is aligned to 64, those of its libraries to a page, to 64, to 1.
#include "start.h"

#define DECLARE(name)           \
  void name##Write(char value); \
  int name##Holds(char value);  \
  void name##Facts(const char* name);
DECLARE(Program)
DECLARE(Page)
DECLARE(Line64_)
DECLARE(Byte)

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  ProgramFacts("program");
  PageFacts("page");
  Line64_Facts("64");
  ByteFacts("byte");
  ProgramWrite(11);
  PageWrite(12);
  Line64_Write(13);
  ByteWrite(14);
  Check("all hold", ProgramHolds(11) && PageHolds(12) && Line64_Holds(13) && ByteHolds(14));
  return 0;
}

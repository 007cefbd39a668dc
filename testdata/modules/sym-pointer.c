// SPDX-License-Identifier: MIT
//
// A function has one address for all modules: for the program (in a program at a fixed address it
// is the program's own PLT entry), for the library that defines it, and for another library.
#include "start.h"

typedef const char* (*Function)(void);

const char* Name(void);
Function NameOfOwner(void);
Function NameOfOther(void);
const char* CallByOther(void);
static const volatile Function g_static_pointer = Name;

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  const Function by_code = Name;
  Check("static pointer and code agree", g_static_pointer == by_code);
  Check("owner agrees", NameOfOwner() == by_code);
  Check("other agrees", NameOfOther() == by_code);
  Fact("called by pointer", by_code());
  Fact("called by owner's pointer", NameOfOwner()());
  Fact("called by name", Name());
  Fact("called by other", CallByOther());
  return 0;
}

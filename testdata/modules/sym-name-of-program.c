// SPDX-License-Identifier: MIT
//
// Prints whose Name a program and its two libraries see. With DEFINE the program has one too.
#include "start.h"

#ifdef DEFINE
const char* Name(void) { return "program's"; }
const char* g_name = "program's";
#else
const char* Name(void);
extern const char* g_name;
#endif

const char* UseFirst(void);
const char* UseFirstObject(void);
const char* UseSecond(void);
const char* UseSecondObject(void);

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  Fact("program calls", Name());
  Fact("first calls", UseFirst());
  Fact("second calls", UseSecond());
  Fact("program reads", g_name);
  Fact("first reads", UseFirstObject());
  Fact("second reads", UseSecondObject());
  return 0;
}

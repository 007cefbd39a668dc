// SPDX-License-Identifier: MIT
//
// Calls indirect functions, of its library and its own, by name and through pointers.
#include "start.h"

typedef int (*Function)(void);

int Public(void);
int ByOther(void);
int CallOwn(void);
int CallOwnByPointer(void);
int CallPublicByPointer(void);
Function PointerToPublic(void);

static int Three(void) { return 3; }
static Function ResolveMine(void) { return Three; }
static int Mine(void) __attribute__((ifunc("ResolveMine")));
int Exported(void) __attribute__((ifunc("ResolveMine")));

static const volatile Function g_public = Public;
static const volatile Function g_mine = Mine;
static const volatile Function g_exported = Exported;

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  FactNumber("library's, by name", Public());
  FactNumber("library's, by pointer", g_public());
  FactNumber("library's, by its own pointer", CallPublicByPointer());
  Check("one address", g_public == PointerToPublic());
  FactNumber("library's own", CallOwn());
  FactNumber("library's own, by pointer", CallOwnByPointer());
  FactNumber("resolved by another library", ByOther());
  FactNumber("program's, by name", Mine());
  FactNumber("program's, by pointer", g_mine());
  FactNumber("program's exported, by name", Exported());
  FactNumber("program's exported, by pointer", g_exported());
  return 0;
}

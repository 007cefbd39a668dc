// SPDX-License-Identifier: MIT
#include "start.h"

extern int g_numbers[4];
extern const int kConstant;
extern int* g_pointer;
int* LibraryNumbers(void);
const int* LibraryConstant(void);
int** LibraryPointer(void);

static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  FactNumber("first", g_numbers[0]);
  FactNumber("last", g_numbers[3]);
  Check("one object", LibraryNumbers() == g_numbers);
  g_numbers[0] = 8;
  FactNumber("written, read by library", LibraryNumbers()[0]);
  FactNumber("constant", kConstant);
  Check("one constant", LibraryConstant() == &kConstant);
  FactNumber("relocated pointer", *g_pointer);
  Check("one pointer", LibraryPointer() == &g_pointer);
  return 0;
}

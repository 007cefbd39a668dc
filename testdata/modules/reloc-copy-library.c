// SPDX-License-Identifier: MIT
//
// Objects that a program takes by COPY relocations: numbers, a constant, pointers that are
// relocated themselves, one of them to an indirect function. SIZE is how many numbers there are.
typedef int (*Function)(void);

int g_numbers[SIZE] = {1, 2, 3, 4};
const int kConstant = 5;
static int g_target = 6;
int* g_pointer = &g_target;

static int Seven(void) { return 7; }
static Function Resolve(void) { return Seven; }
int Indirect(void) __attribute__((ifunc("Resolve")));
Function g_indirect = Indirect;

int* LibraryNumbers(void) { return g_numbers; }
const int* LibraryConstant(void) { return &kConstant; }
int** LibraryPointer(void) { return &g_pointer; }

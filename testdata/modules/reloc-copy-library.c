// SPDX-License-Identifier: MIT
//
// Objects that a program takes by COPY relocations: numbers, a constant, a pointer that is
// relocated itself. SIZE is how many numbers there are.
int g_numbers[SIZE] = {1, 2, 3, 4};
const int kConstant = 5;
static int g_target = 6;
int* g_pointer = &g_target;

int* LibraryNumbers(void) { return g_numbers; }
const int* LibraryConstant(void) { return &kConstant; }
int** LibraryPointer(void) { return &g_pointer; }

// SPDX-License-Identifier: MIT
//
// A thousand pointers to objects of this library, in RELRO and in data, in rows with gaps: as
// RELATIVE relocations, or packed into DT_RELR as addresses and bitmaps.
#include "freestanding.h"

enum { kRow = 70, kRows = 8 };

typedef struct {
  const int* pointers[kRow];
  Word gap[100];
  const int* last;
} Row;

static const int g_value = 42;
#define P1 &g_value,
#define P10 P1 P1 P1 P1 P1 P1 P1 P1 P1 P1
#define ROW \
  { {P10 P10 P10 P10 P10 P10 P10}, {7}, &g_value }
#define ROWS \
  { ROW, ROW, ROW, ROW, ROW, ROW, ROW, ROW }

static const Row g_relro[kRows] = ROWS;
static Row g_data[kRows] = ROWS;

static int RightOnes(const volatile Row* rows) {
  int right = 0;
  for (int i = 0; i < kRows; ++i) {
    for (int j = 0; j < kRow; ++j) right += rows[i].pointers[j] == &g_value;
    right += rows[i].last == &g_value && rows[i].gap[0] == 7 && rows[i].gap[99] == 0;
  }
  return right;
}

void Facts(void) {
  FactNumber("in RELRO", RightOnes(g_relro));
  FactNumber("in data", RightOnes(g_data));
  g_data[0].pointers[0] = 0;
}

// SPDX-License-Identifier: MIT
#include <stdlib.h>

__thread int library_variable = 17;

int LibraryCompare(const int* a, const int* b) { return *a - *b; }

void LibrarySort(int* values, size_t count, int (*compare)(const void*, const void*)) {
  library_variable++;
  qsort(values, count, sizeof *values, compare);
}

unsigned LibrarySpin(unsigned count) {
  volatile unsigned sum = 0;
  while (count-- != 0) sum += count;
  return sum;
}

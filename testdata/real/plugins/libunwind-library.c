// SPDX-License-Identifier: MIT
void Walk(const char* where);

int LibraryCompare(const void* a, const void* b) {
  Walk("library");
  return *(const int*)a - *(const int*)b;
}

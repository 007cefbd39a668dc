// SPDX-License-Identifier: MIT
//
// Variables of which some are to stay changeable (mutable.ld puts them into PT_OPENBSD_MUTABLE and
// PT_GNU_MUTABLE). Prints which pages can still be closed, and opens them again.
#include "../modules/freestanding.h"

#define IN(name) __attribute__((section(name))) volatile char

enum { kPage = 4096 };

IN(".before") g_before[kPage] = {1};
IN(".mutable") g_mutable[kPage + 16] = {1};  // ends within a page
IN(".after") g_after[kPage] = {1};           // begins in that page
IN(".mutable.gnu") g_mutable_gnu[kPage] = {1};

static long Close(volatile char* variable) {
  const long page = (long)variable & -kPage;
  const long result = SystemCall(10 /* mprotect */, page, kPage, 1 /* PROT_READ */);
  SystemCall(10, page, kPage, 3 /* PROT_READ | PROT_WRITE */);
  *variable += 1;
  return result;
}

void Facts(void) {
  FactNumber("before", Close(&g_before[0]));
  FactNumber("mutable", Close(&g_mutable[0]));
  FactNumber("mutable in part", Close(&g_mutable[kPage + 15]));
  FactNumber("after", Close(&g_after[kPage - 1]));
  FactNumber("mutable for glibc", Close(&g_mutable_gnu[0]));
}

// SPDX-License-Identifier: MIT
//
// Moves the kernel's break above memory that it has sealed, where libc believes it to be below, and
// asks libc for a step up: for the kernel that is a step down, which unmaps.
#define _GNU_SOURCE
#include <linux/prctl.h>
#include <signet/signet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { kSize = 0x100000, kHole = 0x10000 };

// Field N of /proc/self/stat, as proc(5) counts.
static unsigned long Field(int n) {
  static char text[4096];
  FILE* file = fopen("/proc/self/stat", "r");
  if (fgets(text, sizeof text, file) == NULL) text[0] = '\0';
  fclose(file);
  char* at = strrchr(text, ')') + 2;
  for (int i = 3; i < n; ++i) at = strchr(at, ' ') + 1;
  return strtoul(at, NULL, 10);
}

static struct prctl_mm_map g_map;

static int SetBreak(char* start, char* end) {
  g_map.start_brk = (unsigned long)start;
  g_map.brk = (unsigned long)end;
  return prctl(PR_SET_MM, PR_SET_MM_MAP, &g_map, sizeof g_map, 0);
}

int main(void) {
  static char out[256];
  setvbuf(stdout, out, _IOFBF, sizeof out);  // no heap
  g_map = (struct prctl_mm_map){.start_code = Field(26),
                                .end_code = Field(27),
                                .start_stack = Field(28),
                                .start_data = Field(45),
                                .end_data = Field(46),
                                .arg_start = Field(48),
                                .arg_end = Field(49),
                                .env_start = Field(50),
                                .env_end = Field(51),
                                .exe_fd = (unsigned)-1};
  char* memory = mmap(NULL, kSize, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char* sealed = memory + kHole;
  printf("mseal: %d\n", mseal(sealed, kHole, 0));
  if (SetBreak(memory, memory) != 0) {
    printf("no PR_SET_MM\n");
    return 0;
  }
  brk(memory);
  SetBreak(memory, memory + kSize);
  sbrk(4096);
  unsigned char present;
  printf("sealed memory is %s\n", mincore(sealed, 4096, &present) == 0 ? "there" : "gone");
  fflush(stdout);
  _exit(0);
}

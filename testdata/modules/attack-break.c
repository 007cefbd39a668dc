// SPDX-License-Identifier: MIT
//
// Moves the kernel's break above memory that is sealed, where libc believes it to be below, and
// takes the break down again. Arguments: how to make the calls of prctl (call, syscall, or inline,
// by an instruction of its own), then how to go down:
//
//   sbrk    by a step up of libc's: for the kernel that is a step down, which unmaps
//   brk     by libc's function
//   malloc  by libc itself, which wants more memory
//   inline  by an instruction; this attacks a library, which the third argument names
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <linux/prctl.h>
#include <signet/signet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "freestanding.h"

enum { kSize = 0x100000, kHole = 0x10000 };

static char way;

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
  const long size = sizeof g_map;
  if (way == 'i')
    return (int)SystemCall6(SYS_prctl, PR_SET_MM, PR_SET_MM_MAP, (long)&g_map, size, 0, 0);
  if (way == 's') return (int)syscall(SYS_prctl, PR_SET_MM, PR_SET_MM_MAP, &g_map, size, 0);
  return prctl(PR_SET_MM, PR_SET_MM_MAP, &g_map, size, 0);
}

static int IsThere(char* page) {
  unsigned char present;
  return mincore(page, 4096, &present) == 0;
}

int main(int argc, char** argv) {
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
  way = argc > 1 ? *argv[1] : 'c';
  const char* down = argc > 2 ? argv[2] : "";
  char* start = mmap(NULL, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char* sealed = start + kSize / 2;
  char* end = start + kSize;
  if (strcmp(down, "inline") == 0) {
    start = (char*)((struct link_map*)dlopen(argv[3], RTLD_NOW))->l_addr;
    sealed = start;
    end = start + 4096;
  } else {
    printf("mseal: %d\n", mseal(sealed, kHole, 0));
  }
  // For libc the break is at `start`, for the kernel it is at `end`.
  SetBreak(start, start);
  brk(start);
  const int moved = SetBreak(start, end) == 0;
  printf("break: %s\n", moved ? "moved" : "not moved");
  if (strcmp(down, "sbrk") == 0) sbrk(4096);
  if (strcmp(down, "brk") == 0) brk(start);
  for (int i = 0; i < 3 && strcmp(down, "malloc") == 0; ++i) *(volatile char*)malloc(100000) = 1;
  if (strcmp(down, "inline") == 0) SystemCall(SYS_brk, (long)start, 0, 0);
  printf("sealed memory is %s\n", IsThere(sealed) ? "there" : "gone");
  fflush(stdout);
  _exit(0);
}

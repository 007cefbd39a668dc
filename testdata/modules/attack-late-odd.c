// SPDX-License-Identifier: MIT
//
// Has libc open the converter ODD, calls into the dynamic linker, and asks `signet dump` before and
// after. The argument is the path of the tool.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void Dump(const char* when, const char* tool) {
  char command[4096];
  snprintf(command, sizeof command, "%s dump %d >/dev/null", tool, getpid());
  printf("%s: dump: %d\n", when, system(command) >> 8);
  fflush(stdout);
}

int main(int argc, char** argv) {
  char command[4096];
  iconv_open("UTF-8", "ODD");
  Dump("before", argv[1]);
  dlsym(RTLD_DEFAULT, "no_such_symbol");
  Dump("after", argv[1]);
  snprintf(command, sizeof command,
           "%s dump %d | sed -n 's/.* text .*ODD.so *(\\(.*\\))/text of ODD.so: \\1/p'", argv[1],
           getpid());
  return system(command) >> 8;
}

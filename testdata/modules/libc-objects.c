// SPDX-License-Identifier: MIT
//
// libc's objects that a program shares with libc: by COPY if the program is at a fixed address.
// Each must see what the other writes.
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char** argv) {
  while (getopt(argc, argv, "a:b") != -1) {
  }
  printf("optind: %d\n", optind);
  printf("program_invocation_short_name: %s\n", program_invocation_short_name);
  setenv("LIBC_TEST", "by libc", 1);
  const char* found = "none";
  for (char** variable = environ; *variable != NULL; ++variable) {
    if (strncmp(*variable, "LIBC_TEST=", 10) == 0) found = *variable;
  }
  printf("environ: %s\n", found);
  char* own[] = {(char*)"LIBC_TEST=by program", NULL};
  environ = own;
  printf("getenv: %s\n", getenv("LIBC_TEST"));
  setenv("TZ", "XYZ-2", 1);
  tzset();
  printf("tzname: %s %ld\n", tzname[0], timezone);
  errno = 0;
  close(-1);
  printf("errno: %s\n", strerrorname_np(errno));
  fflush(stdout);
  stdout = stderr;
  printf("to stderr\n");
  return 0;
}

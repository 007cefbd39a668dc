// SPDX-License-Identifier: MIT
//
// Executes its arguments in a process that may only execute what execveat(2) permits
// (SECBIT_EXEC_RESTRICT_FILE). Exit status 99: the kernel does not know that.
#include <sys/prctl.h>
#include <unistd.h>

enum { EXEC_RESTRICT_FILE = 1 << 8 };

int main(int argc, char** argv) {
  if (argc < 2) return 98;
  const int bits = prctl(PR_GET_SECUREBITS);
  if (bits < 0 || prctl(PR_SET_SECUREBITS, bits | EXEC_RESTRICT_FILE) != 0) return 99;
  execv(argv[1], argv + 1);
  return 98;
}

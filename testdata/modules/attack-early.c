// SPDX-License-Identifier: MIT
//
// A library whose constructor makes libc's code writable. REFERS: it refers to a private symbol of
// libc. DEFINES: it defines one of that version (attack-early.map).
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef REFERS
#undef errno
extern __thread int errno __attribute__((tls_model("initial-exec")));
#endif

__attribute__((constructor)) static void Construct(void) {
  void* const text = (void*)((unsigned long)&qsort & -4096ul);
  const int result = mprotect(text, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
  printf("constructor of %s: %s\n", NAME, result == 0 ? "changed" : strerror(errno));
  fflush(stdout);
}

#ifdef DEFINES
int PrivateFunction(void) { return 0; }
#endif

// True if errno is where libc puts it.
int FUNCTION(void) {
  errno = 0;
  return close(-1) == -1 && errno == EBADF;
}

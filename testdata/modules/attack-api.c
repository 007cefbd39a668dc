// SPDX-License-Identifier: MIT
//
// Seals pages of its own, again and again, with libraries that come in between, and says what the
// API says of them.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signet/signet.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int CountOwn(const struct signet_range* range, void* count) {
  if (range->reason == SIGNET_REASON_OWN) ++*(int*)count;
  return 0;
}

static const char* Answer(int result) { return result == 0 ? "done" : strerror(errno); }

// With SYSCALL the way of programs whose libc has no mseal.
static int Seal(void* address, size_t size) {
#ifdef SYSCALL
  return (int)syscall(462, address, size, 0);
#else
  return mseal(address, size, 0);
#endif
}

int main(int argc, char** argv) {
  for (int i = 0; i < 4; ++i) {
    // Apart from each other, so that the kernel does not merge them.
    char* pages = mmap(NULL, 3 * 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char* page = pages + 4096;
    printf("mseal: %s", Answer(Seal(page, 4096)));
    printf(", again: %s", Answer(Seal(page, 4096)));
    printf(", is sealed: %d", signet_is_sealed(page, 4096));
    printf(", mprotect: %s", Answer(mprotect(page, 4096, PROT_READ | PROT_WRITE)));
    if (i < argc - 1)
      printf(", dlopen: %s", dlopen(argv[i + 1], RTLD_NOW) != NULL ? "done" : dlerror());
    int own = 0;
    signet_for_each_range(CountOwn, &own);
    printf(", own ranges: %d\n", own);
  }
  return 0;
}

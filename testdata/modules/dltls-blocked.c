// SPDX-License-Identifier: MIT
//
// The kernel does not say where other threads are. Initial values in static TLS are possible only
// if there are no other threads.
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dltls.h"

static void Block(unsigned number) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const struct sock_fprog program = {sizeof code / sizeof code[0], code};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
    puts("no seccomp");
}

static void Try(const char* title, const char* library) {
  if (dlopen(library, RTLD_NOW) != 0) {
    printf("%s: loaded\n", title);
  } else {
    puts(strrchr(dlerror(), '/') + 1);
  }
}

static void* Wait(void* unused) {
  for (;;) pause();
  return unused;
}

int main(void) {
  Block(SYS_get_robust_list);
  Try("alone", "libdltls-initial.so");
  StartThread(Wait, 0);
  Try("zeroes", "libdltls-static.so");
  Try("initial values", "libdltls-initial-own.so");
  Try("dynamic", "libdltls-general.so");
  fflush(stdout);
  _exit(0);
}

// SPDX-License-Identifier: MIT
//
// mseal-errno ERRNO [--call NUMBER] PROGRAM [ARGUMENT]…: runs PROGRAM as if on a kernel where
// mseal, or the system call with that number, always fails with that errno (38, ENOSYS: the kernel
// has no such call). With "kill" as ERRNO, the call ends the process (SIGSYS).
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: mseal-errno ERRNO [--call NUMBER] PROGRAM [ARGUMENT]...\n", stderr);
    return 2;
  }
  const unsigned answer =
      std::strcmp(argv[1], "kill") == 0
          ? SECCOMP_RET_KILL_PROCESS
          : SECCOMP_RET_ERRNO | (static_cast<unsigned>(std::atoi(argv[1])) & SECCOMP_RET_DATA);
  unsigned number = 462;
  char** program = argv + 2;
  if (argc > 4 && std::strcmp(*program, "--call") == 0) {
    number = static_cast<unsigned>(std::atoi(program[1]));
    program += 2;
  }
  sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, answer),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter = {.len = std::size(code), .filter = code};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) != 0) {
    std::perror("mseal-errno: seccomp");
    return 126;
  }
  execv(*program, program);
  std::perror(*program);
  return 127;
}

// SPDX-License-Identifier: MIT
//
// Initial values in static TLS for threads that the kernel does not show. The arguments are the
// answers (errno) that it gives to requests for threads' robust lists and for memory of threads.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <semaphore.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "dltls.h"

static void (*g_show)(const char* title);

struct EarlyThread {
  const char* title;
  sem_t is_there;
  sem_t may_show;
};

static void Deny(unsigned number, unsigned error) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const struct sock_fprog program = {sizeof code / sizeof code[0], code};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
    puts("no seccomp");
}

static void* Show(void* title) {
  g_show(title);
  return 0;
}

static void* ShowLater(void* argument) {
  struct EarlyThread* thread = argument;
  sem_post(&thread->is_there);
  sem_wait(&thread->may_show);
  g_show(thread->title);
  return 0;
}

static void* Nothing(void* unused) { return unused; }

static pthread_t StartOnOwnStack(void* (*body)(void*), void* argument) {
  enum { kSize = 256 * 1024 };
  void* stack = mmap(0, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setstack(&attributes, stack, kSize);
  pthread_create(&thread, &attributes, body, argument);
  return thread;
}

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const unsigned error = (unsigned)atoi(argv[i]);
    Deny(SYS_get_robust_list, error);
    Deny(SYS_process_vm_writev, error);
    Deny(SYS_unshare, error);
  }
  g_show = (void (*)(const char*))Find(Open("libdltls-initial.so"), "InitialShow");
  Show("alone");
  struct EarlyThread early[] = {{.title = "early thread"},
                                {.title = "early thread on a stack of its own"}};
  const pthread_t threads[] = {StartThread(ShowLater, &early[0]),
                               StartOnOwnStack(ShowLater, &early[1])};
  for (int i = 0; i < 2; ++i) sem_wait(&early[i].is_there);
  RunThread(Nothing, 0);  // libc keeps its stack for the next one
  g_show = (void (*)(const char*))Find(Open("libdltls-initial-own.so"), "InitialOwnShow");
  for (int i = 0; i < 2; ++i) {
    sem_post(&early[i].may_show);
    pthread_join(threads[i], 0);
  }
  RunThread(Show, "late thread");
  Show("first thread");
  return 0;
}

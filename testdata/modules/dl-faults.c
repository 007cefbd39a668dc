/* Lets each system call of a dlopen fail, one after the other, in a child of its own. A dlopen that
   fails must leave nothing behind; the next one must succeed. The arguments are the library's name,
   and "unloads" if it is unloaded when it is closed, or "ends" if libc opens it, and all that
   counts is whether the loader ends the process because it has no memory: ld.so leaves mappings
   behind. Prints what was seen. */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { kFine, kFailedClean, kNoError, kLeft, kNoSecond, kWrong, kLocked };

/* Lines of /proc/self/maps, and those that name the libraries. */
static int maps(int* libraries) {
  static char buffer[1 << 18];
  int fd = (int)syscall(SYS_open, "/proc/self/maps", 0);
  long size = 0, got;
  while ((got = syscall(SYS_read, fd, buffer + size, sizeof buffer - 1 - size)) > 0) size += got;
  syscall(SYS_close, fd);
  buffer[size] = 0;
  int lines = 0;
  for (char* at = buffer; (at = strchr(at, '\n')) != NULL; ++at) ++lines;
  *libraries = 0;
  for (char* at = buffer; (at = strstr(at, "libdl-faults-")) != NULL; ++at)
    *libraries += at[13] != 'w'; /* libdl-faults-warm.so stays */
  return lines;
}

static int next_descriptor(void) {
  int fd = (int)syscall(SYS_open, "/dev/null", 0);
  syscall(SYS_close, fd);
  return fd;
}

static void* ask(void* unused) {
  dlsym(RTLD_DEFAULT, "faults_no_such_symbol");
  return unused;
}

/* Whether another thread waits for a lock that nobody will release. */
static int is_locked(void) {
  pthread_t thread;
  struct timespec limit;
  clock_gettime(CLOCK_REALTIME, &limit);
  limit.tv_sec += 5;
  pthread_create(&thread, NULL, ask, NULL);
  return pthread_timedjoin_np(thread, NULL, &limit) != 0;
}

static int child(const char* library, int unloads) {
  ptrace(PTRACE_TRACEME, 0, 0, 0);
  raise(SIGSTOP);
  void* warm = dlopen("libdl-faults-warm.so", RTLD_NOW);
  if (warm == NULL || dlopen("libdl-faults-missing.so", RTLD_NOW) != NULL || dlerror() == NULL)
    return kWrong;
  int before_libraries, after_libraries;
  int before = maps(&before_libraries);
  int descriptor = next_descriptor();
  syscall(SYS_getppid); /* from here on a call may fail */
  void* handle = dlopen(library, RTLD_NOW);
  syscall(SYS_getppid); /* up to here */
  int result = kFine;
  if (handle == NULL) {
    result = kFailedClean;

    if (dlerror() == NULL) return kNoError;
    if (maps(&after_libraries) != before || after_libraries != 0) return kLeft;
    if (dlopen(library, RTLD_NOW | RTLD_NOLOAD) != NULL) return kLeft;
    if (is_locked()) return kLocked;
    handle = dlopen(library, RTLD_NOW);
    if (handle == NULL) return kNoSecond;
  }
  if (next_descriptor() != descriptor) return kLeft;
  int (*function)(void) = (int (*)(void))dlsym(handle, "faults_a");
  if (function == NULL || function() != 22) return kWrong;
  if (unloads) {
    dlclose(handle);
    maps(&after_libraries);
    if (after_libraries != 0) return kLeft;
  }
  return result;
}

/* The child's status, and whether there was a call that could fail. */
static int run(const char* library, int unloads, int nth, int* failed_call) {
  pid_t pid = fork();
  if (pid == 0) _exit(child(library, unloads));
  int status, markers = 0, count = 0, entry = 1, spoil = 0;
  struct user_regs_struct registers;
  *failed_call = -1;
  waitpid(pid, &status, 0);
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  for (;;) {
    ptrace(PTRACE_SYSCALL, pid, 0,
           WIFSTOPPED(status) && WSTOPSIG(status) != SIGTRAP && WSTOPSIG(status) != SIGSTOP
               ? WSTOPSIG(status)
               : 0);
    waitpid(pid, &status, 0);
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    if (WIFSIGNALED(status)) return 100 + WTERMSIG(status);
    if (WSTOPSIG(status) != SIGTRAP) continue;
    ptrace(PTRACE_GETREGS, pid, 0, &registers);
    if (entry) {
      if (registers.orig_rax == SYS_getppid)
        ++markers;
      else if (markers == 1 && count++ == nth && registers.orig_rax != SYS_munmap &&
               registers.orig_rax != SYS_close) {
        *failed_call = (int)registers.orig_rax;
        registers.orig_rax = (unsigned long long)-1;
        ptrace(PTRACE_SETREGS, pid, 0, &registers);
        spoil = 1;
      }
    } else if (spoil) {
      registers.rax = (unsigned long long)-ENOMEM;
      ptrace(PTRACE_SETREGS, pid, 0, &registers);
      spoil = 0;
    }
    if (!entry && markers == 2 && *failed_call < 0 && count <= nth) { /* there is no nth call */
      ptrace(PTRACE_CONT, pid, 0, 0);
      waitpid(pid, &status, 0);
      return -1;
    }
    entry = !entry;
  }
}

int main(int argc, char** argv) {
  const char* library = argc > 1 ? argv[1] : "libdl-faults-a.so";
  const char* mode = argc > 2 ? argv[2] : "";
  int unloads = strcmp(mode, "unloads") == 0, counts_ends = strcmp(mode, "ends") == 0;
  int fine = 0, clean = 0, ended = 0;
  for (int nth = 0; nth < 1000; ++nth) {
    int call;
    int status = run(library, unloads, nth, &call);
    if (status < 0) break;
    if (status == kFine)
      ++fine;
    else if (status == kFailedClean)
      ++clean;
    else if (status == 127)
      ++ended;
    else if (!counts_ends)
      printf("call %d (number %d): %d\n", nth, call, status);
  }
  if (counts_ends || ended > 0) printf("ended by the loader: %s\n", ended > 0 ? "some" : "none");
  if (counts_ends) return 0;
  printf("survived: %s\nfailed and left nothing: %s\n", fine > 2 ? "some" : "none",
         clean > 10 ? "many" : "few");
  return 0;
}

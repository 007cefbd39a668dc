// SPDX-License-Identifier: MIT
//
// A static program whose very first system calls are those that its argument names: what a program
// may do before any C library is up. It has RELRO, and neither relocates nor closes it.
#include "start.h"

static int g_target;
static int* const g_relocated = &g_target;

enum { kSignal = 31 /* SIGSYS */, kGetpid = 39, kGetuid = 102, kKill = 62 };

typedef struct {
  Word handler;
  Word flags;
  Word restorer;
  Word mask;
} Action;

static volatile int g_signals;

static void OnSignal(int signal) { g_signals += signal == kSignal; }

__asm__(
    ".text\n"
    "Restore:\n"
    "  movq $15, %rax\n"
    "  syscall\n");
extern char Restore[] __attribute__((visibility("hidden")));

static long SignalAction(const Action* action, Action* old) {
  register long size __asm__("r10") = 8;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "0"(13L), "D"((long)kSignal), "S"(action), "d"(old), "r"(size)
                   : "rcx", "r11", "memory");
  return result;
}

static void RaiseSignal(void) { SystemCall(kKill, SystemCall(kGetpid, 0, 0, 0), kSignal, 0); }

// How SIGSYS was handed over, and that a new handler works.
static void Handle(void) {
  Action action = {(Word)&OnSignal, 0x04000000 /* SA_RESTORER */, (Word)Restore, 0};
  Action old = {1, 1, 1, 1};
  SignalAction(0, &old);
  FactNumber("handler", (long)old.handler);
  SignalAction(&action, &old);
  RaiseSignal();
  SignalAction(0, &old);
  Check("own handler", old.handler == (Word)&OnSignal && g_signals == 1);
}

// All registers but RAX, RCX and R11 outlive a system call, and so does the red zone.
static void KeepRegisters(void) {
  long result = 0;
  long wrong = 0;
  __asm__ volatile(
      "movq $0x1122, -8(%%rsp)\n"
      "movq $0x3344, -128(%%rsp)\n"
      "movq $1, %%rbx\n movq $2, %%r12\n movq $3, %%r13\n movq $4, %%r14\n movq $5, %%r15\n"
      "movq $6, %%rdi\n movq $7, %%rsi\n movq $8, %%rdx\n movq $9, %%r8\n movq $10, %%r9\n"
      "movq $11, %%r10\n movq %%rbx, %%xmm3\n movq %%r12, %%xmm15\n"
      "movq $102, %%rax\n syscall\n"
      "movq %%rax, %[result]\n"
      "xorq $1, %%rbx\n xorq $2, %%r12\n xorq $3, %%r13\n xorq $4, %%r14\n xorq $5, %%r15\n"
      "xorq $6, %%rdi\n xorq $7, %%rsi\n xorq $8, %%rdx\n xorq $9, %%r8\n xorq $10, %%r9\n"
      "xorq $11, %%r10\n"
      "orq %%r12, %%rbx\n orq %%r13, %%rbx\n orq %%r14, %%rbx\n orq %%r15, %%rbx\n"
      "orq %%rdi, %%rbx\n orq %%rsi, %%rbx\n orq %%rdx, %%rbx\n orq %%r8, %%rbx\n"
      "orq %%r9, %%rbx\n orq %%r10, %%rbx\n"
      "movq %%xmm3, %%rdi\n xorq $1, %%rdi\n orq %%rdi, %%rbx\n"
      "movq %%xmm15, %%rdi\n xorq $2, %%rdi\n orq %%rdi, %%rbx\n"
      "movq -8(%%rsp), %%rdi\n xorq $0x1122, %%rdi\n orq %%rdi, %%rbx\n"
      "movq -128(%%rsp), %%rdi\n xorq $0x3344, %%rdi\n orq %%rdi, %%rbx\n"
      "movq %%rbx, %[wrong]\n"
      : [result] "=&a"(result), [wrong] "=c"(wrong)
      :
      : "rbx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "xmm3",
        "xmm15", "memory");
  Check("registers kept", wrong == 0);
  Check("answer", result == SystemCall(kGetuid, 0, 0, 0));
}

// More calls of one kind than a C library makes.
static void Repeat(void) {
  const long user = SystemCall(kGetuid, 0, 0, 0);
  int same = 0;
  for (int i = 0; i < 1000; ++i) same += SystemCall(kGetuid, 0, 0, 0) == user;
  FactNumber("same answers", same);
}

static void Fork(void) {
  const long child = SystemCall(57 /* fork */, 0, 0, 0);
  if (child == 0) {
    for (int i = 0; i < 3; ++i) SystemCall(kGetuid, 0, 0, 0);
    Quit(5);
  }
  int status = 0;
  register long usage __asm__("r10") = 0;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "0"(61L /* wait4 */), "D"(child), "S"(&status), "d"(0L), "r"(usage)
                   : "rcx", "r11", "memory");
  Check("waited", result == child);
  FactNumber("status", status >> 8);
}

static int Main(int argc, char** argv, char** envp) {
  const char* what = argc > 1 ? argv[1] : "";
  if (*(int* const volatile*)&g_relocated == 0) Quit(3);
  if (SameText(what, "handle")) Handle();
  if (SameText(what, "registers")) KeepRegisters();
  if (SameText(what, "repeat")) Repeat();
  if (SameText(what, "fork")) Fork();
  if (SameText(what, "raise")) RaiseSignal();
  if (SameText(what, "fail")) FactNumber("answer", SystemCall(11 /* munmap */, 1, 1, 0));
  if (SameText(what, "stop")) {
    SystemCall(kKill, SystemCall(kGetpid, 0, 0, 0), 19 /* SIGSTOP */, 0);
  }
  if (SameText(what, "execute")) {
    char* arguments[] = {argv[2], "registers", 0};
    SystemCall(59 /* execve */, (long)argv[2], (long)arguments, (long)envp);
  }
  Line("done");
  return 9;
}

// SPDX-License-Identifier: MIT
//
// A library whose IFUNC resolver does before the seal what ATTACK says, to its own page of text or
// constants. The resolver may not call functions of other modules, so it makes the system calls
// itself.
//
//   1: makes text writable, and changes it           2: makes constants executable
//   3: puts anonymous memory in place of text        4: puts another file there
//   5: opens RELRO
//   6: as 1, in a module with text relocations
#include <sys/mman.h>
#include <sys/syscall.h>

#define PAGE 4096ul

static long Call(long number, long a, long b, long c, long d, long e, long f) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

// Pages of its own in each segment.
__attribute__((aligned(4096))) int Function(void) { return 7; }
__attribute__((aligned(4096))) const char constants[8192] = "constants";
extern const void* const relocated[512];
__attribute__((aligned(4096))) const void* const relocated[512] = {&relocated};

__attribute__((noinline, aligned(4096))) static void Attack(void) {
  const unsigned long text = (unsigned long)&Function & -PAGE;
  const unsigned long page = (unsigned long)&constants[0] & -PAGE;
  const unsigned long relro = (unsigned long)&relocated & -PAGE;
  const int rwx = PROT_READ | PROT_WRITE | PROT_EXEC;
  switch (ATTACK) {
    case 1:
    case 6:
      Call(SYS_mprotect, text, PAGE, rwx, 0, 0, 0);
      *(volatile unsigned char*)&Function = 0xc3;
      break;
    case 2:
      Call(SYS_mprotect, page, PAGE, PROT_READ | PROT_EXEC, 0, 0, 0);
      break;
    case 3:
      Call(SYS_mmap, text, PAGE, rwx, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
      break;
    case 4: {
      const long file = Call(SYS_memfd_create, (long)"attack", 0, 0, 0, 0, 0);
      Call(SYS_ftruncate, file, PAGE, 0, 0, 0, 0);
      Call(SYS_mmap, text, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, file, 0);
      break;
    }
    case 5:
      Call(SYS_mprotect, relro, PAGE, rwx, 0, 0, 0);
      break;
  }
}

static int Implementation(void) { return Function(); }
static int (*Resolve(void))(void) {
  static int calls;
  if (calls++ == 0) Attack();
  return Implementation;
}
int Resolved(void) __attribute__((ifunc("Resolve")));
// Has the resolver called when the library is linked.
int (*resolved)(void) = Resolved;

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
//   7: makes the vdso writable                       8: puts anonymous memory in its place
//   9: puts anonymous memory in place of ld.so.cache
//  10, 11, 12: leaves no, one or two descriptors, so that the loader cannot look at everything
#include <sys/mman.h>
#include <sys/resource.h>
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

static char maps[1 << 16];

static unsigned long Hex(const char* at, char end) {
  unsigned long value = 0;
  for (; *at != end; ++at) value = value * 16 + (*at <= '9' ? *at - '0' : *at - 'a' + 10);
  return value;
}

struct Range {
  unsigned long start;
  unsigned long size;
};

// The first mapping whose line in /proc/self/maps ends in `name`.
static struct Range Find(const char* name) {
  const long file = Call(SYS_open, (long)"/proc/self/maps", 0, 0, 0, 0, 0);
  long size = 0;
  for (long got = 1; got > 0; size += got)
    got = Call(SYS_read, file, (long)(maps + size), sizeof maps - size, 0, 0, 0);
  Call(SYS_close, file, 0, 0, 0, 0, 0);
  long length = 0;
  while (name[length] != '\0') ++length;
  for (long start = 0, end = 0; end < size; ++end) {
    if (maps[end] != '\n') continue;
    long same = 0;
    while (same < length && maps[end - length + same] == name[same]) ++same;
    if (same == length) {
      const char* dash = maps + start;
      while (*dash != '-') ++dash;
      const unsigned long from = Hex(maps + start, '-');
      return (struct Range){from, Hex(dash + 1, ' ') - from};
    }
    start = end + 1;
  }
  return (struct Range){0, 0};
}

// Pages of its own in each segment.
__attribute__((aligned(4096))) int Function(void) { return 7; }
__attribute__((aligned(4096))) const char constants[8192] = "constants";
extern const void* const relocated[512];
__attribute__((aligned(4096))) const void* const relocated[512] = {&relocated};
// lld puts it behind the text in the file. So the loader must clear the rest of the text's page.
__thread int behind_text = 0x01010101;

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
    case 7: {  // the kernel does not split the vdso
      const struct Range vdso = Find("[vdso]");
      Call(SYS_mprotect, vdso.start, vdso.size, rwx, 0, 0, 0);
      break;
    }
    case 8:
    case 9: {
      const struct Range found = Find(ATTACK == 8 ? "[vdso]" : "ld.so.cache");
      Call(SYS_mmap, found.start, found.size, rwx, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
      break;
    }
    case 10:
    case 11:
    case 12: {
      struct rlimit limit;
      const long next = Call(SYS_open, (long)"/proc/self/maps", 0, 0, 0, 0, 0);
      Call(SYS_close, next, 0, 0, 0, 0, 0);
      Call(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, (long)&limit, 0, 0);
      limit.rlim_cur = next + ATTACK - 10;
      Call(SYS_prlimit64, 0, RLIMIT_NOFILE, (long)&limit, 0, 0, 0);
      break;
    }
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

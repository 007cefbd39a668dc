// SPDX-License-Identifier: MIT
//
// mseal's contract, and what each call answers on sealed memory: one line a case, with the result,
// the error and what became of the pages. The backends must agree on every line.
#define _GNU_SOURCE
#include <errno.h>
#include <signet/signet.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { kPage = 4096, kPages = 6 };

static char* area;

// Six pages between two that are not there, each with its number in it.
static char* Map(int protection, int flags) {
  char* room = mmap(NULL, (kPages + 2) * kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(room, kPage);
  munmap(room + (kPages + 1) * kPage, kPage);
  char* pages = mmap(room + kPage, kPages * kPage, PROT_READ | PROT_WRITE,
                     flags | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  for (int i = 0; i < kPages; ++i) pages[i * kPage] = (char)('a' + i);
  if (protection != (PROT_READ | PROT_WRITE)) mprotect(pages, kPages * kPage, protection);
  return pages;
}

// A letter for each page: the one in it, '.' for a zero, '-' for what is not mapped; in capitals
// what is writable.
static void Print(const char* name, long result, int error) {
  char text[kPages + 1] = {0};
  for (int i = 0; i < kPages; ++i) {
    char byte = 0;
    struct iovec local = {&byte, 1};
    struct iovec remote = {area + i * kPage, 1};
    if (process_vm_readv(getpid(), &local, 1, &remote, 1, 0) != 1) {
      text[i] = '-';
      continue;
    }
    int writable = process_vm_writev(getpid(), &local, 1, &remote, 1, 0) == 1;
    text[i] = byte == 0 ? (writable ? ':' : '.') : (char)(writable ? byte - 32 : byte);
  }
  printf("%s: %ld %s [%s]\n", name, result, result == -1 ? strerrorname_np(error) : "-", text);
}

#define TRY(name, call)               \
  do {                                \
    errno = 0;                        \
    const long result = (long)(call); \
    Print(name, result, errno);       \
  } while (0)

// `result` of a mapping call: only whether it failed.
#define FAILED(call) ((call) == MAP_FAILED ? -1L : 0L)

static void Fresh(int protection, int flags, int first, int count) {
  area = Map(protection, flags);
  if (count != 0 && mseal(area + first * kPage, (size_t)count * kPage, 0) != 0) puts("no seal");
}

static void Contract(void) {
  Fresh(PROT_READ, MAP_PRIVATE, 0, 0);
  TRY("flags", mseal(area, kPage, 1));
  TRY("unaligned", mseal(area + 1, kPage, 0));
  TRY("unaligned, empty", mseal(area + 1, 0, 0));
  TRY("empty", mseal(area, 0, 0));
  TRY("empty, unmapped", mseal(area - kPage, 0, 0));
  TRY("rounds to nothing", mseal(area, (size_t)-1, 0));
  TRY("overflows", mseal(area, (size_t)-kPage, 0));
  TRY("unmapped start", mseal(area - kPage, 3 * kPage, 0));
  TRY("unmapped end", mseal(area + 4 * kPage, 3 * kPage, 0));
  munmap(area + 2 * kPage, kPage);
  TRY("unmapped middle", mseal(area, kPages * kPage, 0));
  TRY("nothing was sealed", mprotect(area, 2 * kPage, PROT_READ | PROT_WRITE));
  Fresh(PROT_READ, MAP_PRIVATE, 0, 0);
  TRY("part of a page", mseal(area + 3 * kPage, 10, 0));
  TRY("again", mseal(area + 3 * kPage, kPage, 0));
  TRY("overlapping", mseal(area + 3 * kPage, 2 * kPage, 0));
  printf("sealed: %d %d %d %d\n", signet_is_sealed(area + 3 * kPage, kPage),
         signet_is_sealed(area + 3 * kPage, 2 * kPage),
         signet_is_sealed(area + 3 * kPage, 2 * kPage + 1), signet_is_sealed(area + 3 * kPage, 0));
  printf("seal: %d %d\n", signet_seal(area, kPage), signet_seal(area + 1, kPage) == EINVAL);
}

static void Calls(void) {
  Fresh(PROT_READ, MAP_PRIVATE, 2, 2);
  TRY("mprotect before", mprotect(area, kPage, PROT_READ | PROT_WRITE));
  TRY("mprotect over", mprotect(area, kPages * kPage, PROT_READ | PROT_WRITE));
  TRY("mprotect inside", mprotect(area + 3 * kPage, kPage, PROT_READ));
  TRY("mprotect behind", mprotect(area + 4 * kPage, kPage, PROT_READ | PROT_WRITE));
  TRY("mprotect wrong", mprotect(area + 2 * kPage, kPage, 0x1000));
  TRY("mprotect unaligned", mprotect(area + 2 * kPage + 1, kPage, PROT_READ));
  TRY("mprotect empty", mprotect(area + 2 * kPage, 0, PROT_READ));
  TRY("mprotect from a hole", mprotect(area - kPage, 5 * kPage, PROT_READ));
  TRY("pkey_mprotect over", pkey_mprotect(area, kPages * kPage, PROT_READ, -1));
  TRY("pkey_mprotect key", pkey_mprotect(area + 2 * kPage, kPage, PROT_READ, 14));
  TRY("munmap over", munmap(area, kPages * kPage));
  TRY("munmap unaligned", munmap(area + 2 * kPage + 1, kPage));
  TRY("munmap empty", munmap(area + 2 * kPage, 0));
  TRY("munmap before", munmap(area, kPage));
  TRY("mmap over", FAILED(mmap(area + kPage, 2 * kPage, PROT_READ,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)));
  TRY("mmap no replace", FAILED(mmap(area + 2 * kPage, kPage, PROT_READ,
                                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0)));
  TRY("mmap bad file",
      FAILED(mmap(area + 2 * kPage, kPage, PROT_READ, MAP_PRIVATE | MAP_FIXED, 1000, 0)));
  TRY("mmap no type",
      FAILED(mmap(area + 2 * kPage, kPage, PROT_READ, MAP_ANONYMOUS | MAP_FIXED, -1, 0)));
  TRY("mmap hint",
      FAILED(mmap(area + 2 * kPage, kPage, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)));
  TRY("mremap same", FAILED(mremap(area + 2 * kPage, kPage, kPage, 0)));
  TRY("mremap shrink", FAILED(mremap(area + 2 * kPage, 2 * kPage, kPage, 0)));
  TRY("mremap grow", FAILED(mremap(area + 2 * kPage, 2 * kPage, 8 * kPage, MREMAP_MAYMOVE)));
  char* elsewhere =
      mmap(NULL, 2 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  TRY("mremap away",
      FAILED(mremap(area + 2 * kPage, kPage, kPage, MREMAP_MAYMOVE | MREMAP_FIXED, elsewhere)));
  TRY("mremap onto",
      FAILED(mremap(elsewhere, kPage, kPage, MREMAP_MAYMOVE | MREMAP_FIXED, area + 2 * kPage)));
  TRY("mremap dontunmap",
      FAILED(mremap(area + 2 * kPage, kPage, kPage, MREMAP_MAYMOVE | MREMAP_DONTUNMAP)));
  TRY("mremap to nothing", FAILED(mremap(area + 2 * kPage, kPage, 0, MREMAP_MAYMOVE)));
  TRY("mremap wrong", FAILED(mremap(area + 2 * kPage, kPage, kPage, 64)));
  TRY("syscall munmap", syscall(SYS_munmap, area + 2 * kPage, kPage));
  TRY("syscall mmap", FAILED((void*)syscall(SYS_mmap, area + 2 * kPage, kPage, PROT_READ,
                                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)));
  TRY("syscall mprotect", syscall(SYS_mprotect, area, kPages * kPage, PROT_READ));
  printf("syscall passes: %d\n", syscall(SYS_getpid) == getpid());
}

static void Discard(const char* kind, int protection, int flags) {
  static const int kAdvice[] = {MADV_DONTNEED,   24,          MADV_FREE, MADV_DONTFORK,
                                MADV_WIPEONFORK, MADV_REMOVE, MADV_COLD, MADV_WILLNEED,
                                MADV_DONTDUMP,   12345};
  for (unsigned i = 0; i < sizeof kAdvice / sizeof *kAdvice; ++i) {
    char name[64];
    snprintf(name, sizeof name, "%s, advice %d", kind, kAdvice[i]);
    Fresh(protection, flags, 2, 2);
    TRY(name, madvise(area, kPages * kPage, kAdvice[i]));
  }
}

static void Files(void) {
  const int file = memfd_create("contract", 0);
  ftruncate(file, kPages * kPage);
  pwrite(file, "f", 1, 2 * kPage);
  area = mmap(NULL, kPages * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
  area[2 * kPage] = 'x';
  mprotect(area, kPages * kPage, PROT_READ);
  mseal(area, kPages * kPage, 0);
  TRY("private file", madvise(area, kPages * kPage, MADV_DONTNEED));
  area = mmap(NULL, kPages * kPage, PROT_READ, MAP_SHARED, file, 0);
  mseal(area, kPages * kPage, 0);
  TRY("shared file", madvise(area, kPages * kPage, MADV_DONTNEED));
  TRY("remap_file_pages, shared", remap_file_pages(area, kPage, 0, 1, 0));
  Fresh(PROT_READ, MAP_PRIVATE, 2, 2);
  TRY("remap_file_pages, private", remap_file_pages(area + 2 * kPage, kPage, 0, 1, 0));
}

static void Segments(void) {
  const int id = shmget(IPC_PRIVATE, 2 * kPage, IPC_CREAT | 0600);
  Fresh(PROT_READ, MAP_PRIVATE, 2, 2);
  TRY("shmat over", FAILED(shmat(id, area + kPage, SHM_REMAP)));
  TRY("shmat no remap", FAILED(shmat(id, area + 2 * kPage, 0)));
  char* segment = shmat(id, NULL, 0);
  mseal(segment + kPage, kPage, 0);
  TRY("shmdt", shmdt(segment));
  printf("segment: %d %d\n", mincore(segment, kPage, (unsigned char*)&(int){0}),
         mincore(segment + kPage, kPage, (unsigned char*)&(int){0}));
  shmctl(id, IPC_RMID, NULL);
}

static void Break(void) {
  char* start = sbrk(0);
  char* top = sbrk(16 * kPage);
  char* page = (char*)(((unsigned long)top + 5 * kPage) & ~4095UL);
  TRY("heap", mseal(page, kPage, 0));
  TRY("sbrk back", FAILED(sbrk(-16 * kPage)));
  printf("break stays: %d\n", (char*)sbrk(0) - start == 16 * kPage);
  TRY("brk back", brk(start));
  TRY("brk to behind", brk(page + kPage));
  printf("break behind: %d\n", (char*)sbrk(0) == page + kPage);
}

int main(void) {
  if (mseal == NULL || signet_is_sealed == NULL || signet_seal == NULL) {
    puts("not under Signet");
    return 0;
  }
  Contract();
  Calls();
  Discard("read-only", PROT_READ, MAP_PRIVATE);
  Discard("writable", PROT_READ | PROT_WRITE, MAP_PRIVATE);
  Discard("inaccessible", PROT_NONE, MAP_PRIVATE);
  Discard("shared", PROT_READ, MAP_SHARED);
  Files();
  Segments();
  Break();
  return 0;
}

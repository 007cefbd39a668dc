// SPDX-License-Identifier: MIT
//
// The part of mseal's contract that scripts of mapping calls (testdata/seal/script.c) do not reach:
// the rest of signet.h, arguments that are wrong in other ways, and calls of other functions.
// Prints one line for each case, with the result, the error and the state of the pages. The
// backends must agree on every line.
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

// Six pages between two that are not mapped, each with its number in it.
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

// A letter for each page: the letter in it, '.' for a zero, '-' if it is not mapped. A capital
// letter means that the page is writable.
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

// `result` of a mapping call: only whether the call failed.
#define FAILED(call) ((call) == MAP_FAILED ? -1L : 0L)

static void Fresh(int protection, int flags, int first, int count) {
  area = Map(protection, flags);
  if (count != 0 && mseal(area + first * kPage, (size_t)count * kPage, 0) != 0) puts("no seal");
}

static void Seal(void) {
  Fresh(PROT_READ, MAP_PRIVATE, 3, 2);
  printf("sealed: %d %d %d %d\n", signet_is_sealed(area + 3 * kPage, kPage),
         signet_is_sealed(area + 3 * kPage, 2 * kPage),
         signet_is_sealed(area + 3 * kPage, 2 * kPage + 1), signet_is_sealed(area + 3 * kPage, 0));
  printf("seal: %d %d\n", signet_seal(area, kPage), signet_seal(area + 1, kPage) == EINVAL);
}

static void WrongArguments(void) {
  Fresh(PROT_READ, MAP_PRIVATE, 2, 2);
  TRY("mprotect wrong", mprotect(area + 2 * kPage, kPage, 0x1000));
  TRY("pkey_mprotect without key", pkey_mprotect(area, kPages * kPage, PROT_READ, -1));
  TRY("pkey_mprotect wrong key", pkey_mprotect(area + 2 * kPage, kPage, PROT_READ, 14));
  TRY("mmap bad file",
      FAILED(mmap(area + 2 * kPage, kPage, PROT_READ, MAP_PRIVATE | MAP_FIXED, 1000, 0)));
  TRY("mmap no type",
      FAILED(mmap(area + 2 * kPage, kPage, PROT_READ, MAP_ANONYMOUS | MAP_FIXED, -1, 0)));
  TRY("mmap hint",
      FAILED(mmap(area + 2 * kPage, kPage, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)));
  TRY("mremap wrong", FAILED(mremap(area + 2 * kPage, kPage, kPage, 64)));
}

static void SystemCalls(void) {
  Fresh(PROT_READ, MAP_PRIVATE, 2, 2);
  TRY("syscall munmap", syscall(SYS_munmap, area + 2 * kPage, kPage));
  TRY("syscall mmap", FAILED((void*)syscall(SYS_mmap, area + 2 * kPage, kPage, PROT_READ,
                                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)));
  TRY("syscall mprotect", syscall(SYS_mprotect, area, kPages * kPage, PROT_READ | PROT_WRITE));
  TRY("syscall mremap", FAILED((void*)syscall(SYS_mremap, area + 2 * kPage, kPage, kPage,
                                              MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL)));
  TRY("syscall madvise", syscall(SYS_madvise, area, kPages * kPage, MADV_DONTNEED));
  // For the own process since Linux 6.13. The result counts the bytes before the sealed range.
  const int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
  const struct iovec ranges[] = {{area + 5 * kPage, kPage}, {area + 2 * kPage, 2 * kPage}};
  TRY("process_madvise", process_madvise(self, ranges, 2, MADV_DONTNEED, 0));
  TRY("process_madvise sealed", process_madvise(self, ranges + 1, 1, MADV_DONTNEED, 0));
  printf("syscall passes: %d\n", syscall(SYS_getpid) == getpid());
}

static void FilePages(void) {
  const int file = memfd_create("contract", 0);
  ftruncate(file, kPages * kPage);
  area = mmap(NULL, kPages * kPage, PROT_READ, MAP_SHARED, file, 0);
  mseal(area, kPages * kPage, 0);
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
  Seal();
  WrongArguments();
  SystemCalls();
  FilePages();
  Segments();
  Break();
  return 0;
}

// SPDX-License-Identifier: MIT
//
// Asks for one page of 4 KiB in front of a sealed library, of a kind that the kernel rounds up to a
// huge page: 2 MiB, or 1 GiB if the second argument says so. Each attempt is made by a child and
// prints its answer, and whether the library is still there. The first argument names it.
// The third says how calls are made: by libc's functions (call), by syscall(), or by an instruction
// (inline).
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <linux/memfd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "freestanding.h"

enum { kPage = 4096, kNewMapping = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE };

static uint64_t huge_page = 2 << 20;
static int huge_flag = MFD_HUGE_2MB;
static char way = 'c';

static long Inline(long number, long a, long b, long c, long d, long e, long f) {
  const long result = SystemCall6(number, a, b, c, d, e, f);
  if (result > -4096 && result < 0) {
    errno = (int)-result;
    return -1;
  }
  return result;
}

static void* Map(void* at, size_t size, int flags, int file) {
  const int protection = PROT_READ | PROT_WRITE;
  if (way == 's') return (void*)syscall(SYS_mmap, at, size, protection, flags, file, 0);
  if (way == 'i') return (void*)Inline(SYS_mmap, (long)at, (long)size, protection, flags, file, 0);
  return mmap(at, size, protection, flags, file, 0);
}

static void* Move(void* from, size_t size, size_t new_size, void* to) {
  const int flags = MREMAP_MAYMOVE | MREMAP_FIXED;
  if (way == 's') return (void*)syscall(SYS_mremap, from, size, new_size, flags, to);
  if (way == 'i')
    return (void*)Inline(SYS_mremap, (long)from, (long)size, (long)new_size, flags, (long)to, 0);
  return mremap(from, size, new_size, flags, to);
}

static void* Attach(int segment, void* at, int flags) {
  if (way == 's') return (void*)syscall(SYS_shmat, segment, at, flags);
  if (way == 'i') return (void*)Inline(SYS_shmat, segment, (long)at, flags, 0, 0, 0);
  return shmat(segment, at, flags);
}

static int NewFile(unsigned flags) {
  if (way == 'c') return memfd_create("attack", flags);
  return way == 's' ? (int)syscall(SYS_memfd_create, "attack", flags)
                    : (int)Inline(SYS_memfd_create, (long)"attack", flags, 0, 0, 0, 0);
}

static void* NewHugePages(size_t count) {
  return mmap(NULL, count * huge_page, PROT_READ | PROT_WRITE,
              kNewMapping | MAP_HUGETLB | huge_flag, -1, 0);
}

// The attempts: each returns MAP_FAILED with errno, or succeeds.

static void* Anonymous(char* at) {
  return Map(at, kPage, kNewMapping | MAP_FIXED | MAP_HUGETLB | huge_flag, -1);
}

static void* File(char* at) {
  const int file = NewFile(MFD_HUGETLB | huge_flag);
  return file < 0 ? MAP_FAILED : Map(at, kPage, MAP_PRIVATE | MAP_NORESERVE | MAP_FIXED, file);
}

static void* Moved(char* at) {
  void* pages = NewHugePages(1);
  return pages == MAP_FAILED ? pages : Move(pages, kPage, kPage, at);
}

static void* Shrunk(char* at) {
  void* pages = NewHugePages(2);
  return pages == MAP_FAILED ? pages : Move(pages, 2 * huge_page, kPage, at);
}

// Ordinary pages in front of the huge one: Linux 6.17 moves both.
static void* MovedBehindOthers(char* at) {
  char* pages = NewHugePages(3);
  if (pages == MAP_FAILED) return pages;
  munmap(pages, huge_page);
  munmap(pages + 2 * huge_page, huge_page);
  mmap(pages + huge_page - kPage, kPage, PROT_READ, kNewMapping | MAP_FIXED, -1, 0);
  return Move(pages + huge_page - kPage, 2 * kPage, 2 * kPage, at - kPage);
}

static void* Segment(char* at) {
  const int segment =
      shmget(IPC_PRIVATE, kPage, IPC_CREAT | 0600 | SHM_HUGETLB | SHM_NORESERVE | huge_flag);
  if (segment < 0) return MAP_FAILED;
  void* result = Attach(segment, at, SHM_REMAP);
  const int error = errno;
  shmctl(segment, IPC_RMID, NULL);
  errno = error;
  return result;
}

// What is not rounded up.

static void* PlainAnonymous(char* at) { return Map(at, kPage, kNewMapping | MAP_FIXED, -1); }

static void* PlainFile(char* at) {
  const int file = NewFile(0);
  return ftruncate(file, kPage) != 0 ? MAP_FAILED : Map(at, kPage, MAP_PRIVATE | MAP_FIXED, file);
}

static void* PlainMoved(char* at) {
  void* pages = mmap(NULL, kPage, PROT_READ, kNewMapping, -1, 0);
  return Move(pages, kPage, kPage, at);
}

static const struct {
  const char* name;
  void* (*attempt)(char* at);
} kAttempts[] = {
    {"mmap MAP_HUGETLB", Anonymous},
    {"mmap of a file", File},
    {"mremap", Moved},
    {"mremap to shrink", Shrunk},
    {"mremap of several", MovedBehindOthers},
    {"shmat", Segment},
    {"plain mmap", PlainAnonymous},
    {"plain mmap of a file", PlainFile},
    {"plain mremap", PlainMoved},
};

static int IsThere(const char* page) {
  char byte = 0;
  struct iovec local = {&byte, 1};
  struct iovec remote = {(void*)page, 1};
  return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == 1 && byte == ELFMAG0;
}

static void Try(int which, const char* where, char* at, const char* library) {
  fflush(stdout);
  if (fork() == 0) {
    errno = 0;
    const void* result = kAttempts[which].attempt(at);
    printf("%s %s: %s, library %s\n", kAttempts[which].name, where,
           result == MAP_FAILED ? strerrorname_np(errno) : "done",
           IsThere(library) ? "there" : "gone");
    fflush(stdout);
    _exit(0);
  }
  int status = 0;
  wait(&status);
  if (status != 0) printf("%s %s: ended\n", kAttempts[which].name, where);
}

static const char* Answer(int is_done) { return is_done ? "done" : strerrorname_np(errno); }

// Huge pages of the program's own are sealed as a whole, or not at all.
static void SealOwn(void) {
  char* pages = NewHugePages(2);
  printf("mseal of a part: %s, ", Answer(syscall(462, pages, kPage, 0) == 0));
  printf("behind a part: %s, ", Answer(syscall(462, pages + kPage, huge_page - kPage, 0) == 0));
  printf("of a page: %s, ", Answer(syscall(462, pages, huge_page, 0) == 0));
  printf("munmap: %s, ", Answer(munmap(pages, huge_page) == 0));
  printf("mremap: %s\n", Answer(Move(pages, kPage, kPage, (char*)(32ul << 40)) != MAP_FAILED));
}

int main(int argc, char** argv) {
  if (argc > 2 && strcmp(argv[2], "1G") == 0) {
    huge_page = 1 << 30;
    huge_flag = MFD_HUGE_1GB;
  }
  if (argc > 3) way = *argv[3];
  // The library is the lowest mapping of its part of the address space.
  const struct link_map* library = dlopen(argv[1], RTLD_NOW);
  char* start = (char*)library->l_addr;
  char* near = (char*)((uint64_t)start & -huge_page);
  if (near + kPage >= start) {
    printf("the library begins where a huge page does\n");
    return 0;
  }
  for (size_t i = 0; i < sizeof kAttempts / sizeof *kAttempts; ++i) Try(i, "near", near, start);
  for (size_t i = 0; i < sizeof kAttempts / sizeof *kAttempts; ++i)
    Try(i, "far", (char*)(32ul << 40), start);
  SealOwn();
  return 0;
}

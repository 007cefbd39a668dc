// SPDX-License-Identifier: MIT
//
// Goes through a door that a backend may leave open, and says what became of a library: "there",
// "gone", or "changed". The first argument names the door, the second the library.
//
//   function         libc's munmap, found by its address in libc, without dlsym
//   self-mem         a write to /proc/self/mem
//   ring-call        io_destroy of a ring whose first page was moved, by syscall()
//   ring-inline      the same by an instruction
//   huge-file        a page of a hugetlbfs file (the third argument) in front of the library,
//                    by an instruction
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <linux/aio_abi.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "freestanding.h"

enum { kPage = 4096 };

// The offset of a function in libc's file, as anyone can read it there.
static uint64_t Offset(const struct link_map* libc, const char* name) {
  const ElfW(Sym)* symbols = NULL;
  const char* names = NULL;
  for (const ElfW(Dyn)* entry = libc->l_ld; entry->d_tag != DT_NULL; ++entry) {
    if (entry->d_tag == DT_SYMTAB) symbols = (const ElfW(Sym)*)entry->d_un.d_ptr;
    if (entry->d_tag == DT_STRTAB) names = (const char*)entry->d_un.d_ptr;
  }
  while (strcmp(names + symbols->st_name, name) != 0 || symbols->st_value == 0) ++symbols;
  return symbols->st_value;
}

static void CallByAddress(char* library) {
  const struct link_map* libc = dlopen("libc.so.6", RTLD_NOW);
  int (*unmap)(void*, size_t) = (int (*)(void*, size_t))(libc->l_addr + Offset(libc, "munmap"));
  unmap(library, kPage);
}

static void WriteToSelf(char* library) {
  const int file = open("/proc/self/mem", O_RDWR);
  if (pwrite(file, "x", 1, (off_t)(uintptr_t)library) != 1) printf("%s, ", strerrorname_np(errno));
}

// The library's pages are behind the ring's first page.
static void DestroyRing(char* library, int by_instruction) {
  aio_context_t ring = 0;
  syscall(SYS_io_setup, 1000, &ring);
  char* at = library - kPage;
  if (mremap((void*)ring, kPage, kPage, MREMAP_MAYMOVE | MREMAP_FIXED, at) != at)
    printf("not moved, ");
  const long result = by_instruction ? SystemCall6(SYS_io_destroy, (long)at, 0, 0, 0, 0, 0)
                                     : syscall(SYS_io_destroy, at);
  printf("io_destroy: %s, ", result == 0 ? "done" : "refused");
}

static void MapHugeFile(char* library, const char* path) {
  const int file = open(path, O_RDWR | O_CREAT, 0600);
  const long at = (long)library & -(2L << 20);
  SystemCall6(SYS_mmap, at, kPage, PROT_READ, MAP_PRIVATE | MAP_NORESERVE | MAP_FIXED, file, 0);
}

int main(int argc, char** argv) {
  static char out[256];
  setvbuf(stdout, out, _IOFBF, sizeof out);
  const char* door = argv[1];
  char* library = (char*)((struct link_map*)dlopen(argv[2], RTLD_NOW))->l_addr;
  if (strcmp(door, "function") == 0) CallByAddress(library);
  if (strcmp(door, "self-mem") == 0) WriteToSelf(library);
  if (strcmp(door, "ring-call") == 0) DestroyRing(library, 0);
  if (strcmp(door, "ring-inline") == 0) DestroyRing(library, 1);
  if (strcmp(door, "huge-file") == 0) MapHugeFile(library, argv[3]);
  char byte = 0;
  struct iovec local = {&byte, 1};
  struct iovec remote = {library, 1};
  const int is_there = process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == 1;
  printf("library %s\n", !is_there ? "gone" : byte != '\x7f' ? "changed" : "there");
  fflush(stdout);
  _exit(argc == 0);
}

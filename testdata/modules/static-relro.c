// SPDX-License-Identifier: MIT
//
// A static program that closes its own RELRO. Then it stops ("--stop"), or attacks its RELRO
// ("--attack") and prints the answer of each call and whether the contents have changed.
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

extern const Elf64_Ehdr __ehdr_start __attribute__((visibility("hidden")));

enum { kPage = 4096 };

static int g_target = 42;
// Large enough to fill a page of RELRO.
static int* const g_pointers[3 * kPage / sizeof(int*)] = {[kPage / sizeof(int*)] = &g_target};

static char* g_start;
static size_t g_size;

static void FindRelro(void) {
  const Elf64_Phdr* phdrs = (const Elf64_Phdr*)((const char*)&__ehdr_start + __ehdr_start.e_phoff);
  const int is_fixed = __ehdr_start.e_type == ET_EXEC;
  char* bias = is_fixed ? NULL : (char*)&__ehdr_start;
  for (int i = 0; i < __ehdr_start.e_phnum; ++i) {
    if (phdrs[i].p_type != PT_GNU_RELRO) continue;
    const size_t end = (phdrs[i].p_vaddr + phdrs[i].p_memsz) & -(size_t)kPage;
    g_start = bias + (phdrs[i].p_vaddr & -(size_t)kPage);
    g_size = end - (phdrs[i].p_vaddr & -(size_t)kPage);
  }
}

static void Answer(const char* call, int failed) {
  printf("%s: %s\n", call, !failed ? "done" : errno == EPERM ? "EPERM" : strerror(errno));
}

static void Attack(void) {
  char* elsewhere = mmap(NULL, g_size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  Answer("mprotect", mprotect(g_start, g_size, PROT_READ | PROT_WRITE) != 0);
  Answer("mprotect of a page", mprotect(g_start, kPage, PROT_READ | PROT_WRITE) != 0);
  Answer("madvise", madvise(g_start, g_size, MADV_DONTNEED) != 0);
  Answer("mremap",
         mremap(g_start, g_size, g_size, MREMAP_MAYMOVE | MREMAP_FIXED, elsewhere) == MAP_FAILED);
  Answer("mmap", mmap(g_start, g_size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
                     MAP_FAILED);
  Answer("munmap", munmap(g_start, g_size) != 0);
}

int main(int argc, char** argv) {
  FindRelro();
  printf("RELRO: %s\n", g_size >= kPage ? "yes" : "no");
  fflush(stdout);
  if (argc > 1 && strcmp(argv[1], "--stop") == 0) raise(SIGSTOP);
  if (argc > 1 && strcmp(argv[1], "--attack") == 0) Attack();
  printf("kept: %d\n", **(int* const volatile*)&g_pointers[kPage / sizeof(int*)]);
  return 9;
}

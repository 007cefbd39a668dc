// SPDX-License-Identifier: MIT
//
// An allocator that tries to open its own code whenever it is called. libc's dynamic linker calls
// it, too.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static _Alignas(16) char pool[1 << 20];
static size_t used;
static int calls;
static int opened;

void* malloc(size_t size) {
  const uintptr_t page = (uintptr_t)malloc & -(uintptr_t)4096;
  ++calls;
  opened += syscall(SYS_mprotect, page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC) == 0;
  char* block = pool + used + 16;
  used += 16 + (size + 15) / 16 * 16;
  memcpy(block - 16, &size, sizeof size);
  return block;
}
void free(void* block) { (void)block; }
void* calloc(size_t count, size_t size) { return malloc(count * size); }
void* realloc(void* block, size_t size) {
  size_t old = 0;
  if (block != NULL) memcpy(&old, (char*)block - 16, sizeof old);
  return memcpy(malloc(size), block != NULL ? block : pool, old < size ? old : size);
}

static void* Body(void* unused) { return unused; }

int main(void) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, Body, NULL) != 0) return 1;
  pthread_join(thread, NULL);
  const char* text = calls == 0    ? "never called\n"
                     : opened == 0 ? "opened: never\n"
                                   : "opened: yes\n";
  return write(STDOUT_FILENO, text, strlen(text)) < 0;
}

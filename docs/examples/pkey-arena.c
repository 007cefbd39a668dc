/* SPDX-License-Identifier: MIT */
/*
 * What a browser needs: memory for code that is compiled at run time. It stays writable, behind a
 * protection key. A thread that wants to write opens the key for itself only. The memory is sealed,
 * so it cannot be unmapped, replaced or given other protections. A thread that may write can still
 * give pages back with MADV_DONTNEED. A thread that may not write gets EPERM, because the call
 * would change the contents without writing.
 *
 * Exits with 77 if the machine has no protection keys.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signet/signet.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum { kSize = 64 * 4096, kNoProtectionKeys = 77 };

static char* arena;
static int key;

static const char* Discard(void) {
  return madvise(arena, kSize, MADV_DONTNEED) == 0 ? "pages given back" : strerror(errno);
}

static void* Reader(void* unused) {
  (void)unused;
  pkey_set(key, PKEY_DISABLE_WRITE);
  const char* answer = Discard();
  printf("who may not write: %s, first byte %d\n", answer, arena[0]);
  return NULL;
}

int main(void) {
  key = pkey_alloc(0, 0);
  if (key < 0) {
    puts("no protection keys");
    return kNoProtectionKeys;
  }
  arena = mmap(NULL, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (arena == MAP_FAILED || pkey_mprotect(arena, kSize, PROT_READ | PROT_WRITE, key) != 0) {
    perror("pkey-arena");
    return 1;
  }
  if (signet_seal == NULL) {
    puts("not under Signet");
    return 1;
  }
  const int error = signet_seal(arena, kSize);
  if (error != 0) {
    printf("signet_seal: %s\n", strerror(error));
    return 1;
  }
  arena[0] = 42;

  pthread_t reader;
  if (pthread_create(&reader, NULL, Reader, NULL) != 0) return 1;
  pthread_join(reader, NULL);

  const char* answer = Discard();
  printf("who may write: %s, first byte %d\n", answer, arena[0]);
  printf("munmap: %s\n", munmap(arena, kSize) == 0 ? "succeeded" : strerror(errno));
  return 0;
}

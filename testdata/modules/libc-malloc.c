// SPDX-License-Identifier: MIT
//
// A malloc that is not libc's: in a program or a preloaded library. libc's own functions must use
// it, because it comes first in the scope.
#include <stddef.h>
#include <string.h>

#include "freestanding.h"

static _Alignas(16) char g_pool[1 << 20];
static size_t g_used;
int g_own_allocations;

void* malloc(size_t size) {
  char* const block = g_pool + g_used + 16;
  if (size > sizeof g_pool - g_used - 32) return NULL;
  *(size_t*)(block - 16) = size;
  g_used += 16 + (size + 15) / 16 * 16;
  ++g_own_allocations;
  return block;
}

void free(void* block) { (void)block; }

void* calloc(size_t count, size_t size) { return malloc(count * size); }

void* realloc(void* block, size_t size) {
  void* const moved = malloc(size);
  if (block != NULL && moved != NULL) {
    const size_t old_size = *(size_t*)((char*)block - 16);
    memcpy(moved, block, old_size < size ? old_size : size);
  }
  return moved;
}

int IsOwn(const void* block) {
  return (const char*)block > g_pool && (const char*)block < g_pool + sizeof g_pool;
}

/* SPDX-License-Identifier: MIT */
/*
 * sealed-config FILE: a program that reads its configuration into a page of its own, and seals the
 * page before it does anything else. After that no call in this process can change the page, make
 * it writable, replace it or throw it away.
 *
 * It also runs without Signet. Then the page is only read-only.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signet/signet.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char* ReadConfiguration(const char* path, size_t size) {
  FILE* file = fopen(path, "r");
  if (file == NULL) return NULL;
  char* page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) {
    fclose(file);
    return NULL;
  }
  const size_t read = fread(page, 1, size - 1, file);
  page[read] = '\0';
  page[strcspn(page, "\n")] = '\0';
  fclose(file);

  /* Read-only first, because the protection of sealed memory is final. */
  if (mprotect(page, size, PROT_READ) != 0) return NULL;
  if (mimmutable(page, size) != 0) return NULL;
  return page;
}

int main(int argc, char** argv) {
  const size_t size = (size_t)sysconf(_SC_PAGESIZE);
  const char* configuration = argc == 2 ? ReadConfiguration(argv[1], size) : NULL;
  if (configuration == NULL) {
    perror("sealed-config");
    return 1;
  }
  const int sealed = signet_is_sealed != NULL && signet_is_sealed(configuration, size);
  printf("configuration: %s (%s)\n", configuration, sealed ? "sealed" : "not sealed");

  /* What an attacker would try. */
  if (sealed) {
    const int opened = mprotect((void*)configuration, size, PROT_READ | PROT_WRITE) == 0;
    printf("mprotect: %s\n", opened ? "succeeded" : strerror(errno));
    const int dropped = madvise((void*)configuration, size, MADV_DONTNEED) == 0;
    printf("MADV_DONTNEED: %s\n", dropped ? "succeeded" : strerror(errno));
    printf("configuration: %s\n", configuration);
  }
  return 0;
}

// SPDX-License-Identifier: MIT
//
// Publishes a ledger of as many ranges as a reader accepts, all of one module, whose name and path
// are as long as a reader accepts.
#define _GNU_SOURCE
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "signet/ledger.h"

enum { kEntries = 1 << 18, kName = 4096, kPage = 4096 };

extern uint64_t signet_ledger_address __attribute__((weak));

static struct {
  struct signet_ledger header;
  struct signet_ledger_module modules[1];
  struct signet_ledger_entry entries[kEntries];
  char strings[1 + kName + 1];
} ledger;

int main(void) {
  const uint64_t start = (uint64_t)mmap(NULL, (size_t)kEntries * kPage, PROT_NONE,
                                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  memset(ledger.strings + 1, 'x', kName);
  ledger.modules[0] = (struct signet_ledger_module){
      .start = start, .end = start + (uint64_t)kEntries * kPage, .path = 1, .name = 1};
  for (int i = 0; i < kEntries; ++i) {
    ledger.entries[i].start = start + (uint64_t)i * kPage;
    ledger.entries[i].end = ledger.entries[i].start + kPage;
    ledger.entries[i].reason = SIGNET_REASON_NOT_SELECTED;
  }
  memcpy(ledger.header.magic, SIGNET_LEDGER_MAGIC, sizeof ledger.header.magic);
  ledger.header.version = SIGNET_LEDGER_VERSION;
  ledger.header.header_size = sizeof ledger.header;
  ledger.header.size = sizeof ledger;
  ledger.header.modules = offsetof(__typeof__(ledger), modules);
  ledger.header.entries = offsetof(__typeof__(ledger), entries);
  ledger.header.strings = offsetof(__typeof__(ledger), strings);
  ledger.header.strings_size = sizeof ledger.strings;
  ledger.header.module_count = 1;
  ledger.header.module_size = sizeof ledger.modules[0];
  ledger.header.entry_count = kEntries;
  ledger.header.entry_size = sizeof ledger.entries[0];
  signet_ledger_address = (uint64_t)&ledger;
  puts("ready");
  fflush(stdout);
  for (;;) pause();
}

// SPDX-License-Identifier: MIT
//
// The functions of include/signet/signet.h: a thin layer over program_seal.h and the published
// ledger. signet.h is not included, because it declares the functions weak.
#include "base/page.h"
#include "base/syscall.h"
#include "loader/load/libc_functions.h"
#include "loader/loader_lock.h"
#include "loader/seal/program_seal.h"
#include "loader/seal/seal_record.h"
#include "sealer/ledger.h"
#include "signet/range.h"

#define SIGNET_EXPORT __attribute__((visibility("default")))

using namespace signet;

extern "C" {

// By another name here, because <sys/mman.h> declares mseal since glibc 2.43.
SIGNET_EXPORT int signet_mseal(uint64_t address, size_t length, unsigned long flags) asm("mseal");

int signet_mseal(uint64_t address, size_t length, unsigned long flags) {
  const long result = SealForProgram(TheProcess(), address, length, flags);
  if (result == 0) return 0;
  if (TheProcess().libc.errno_location != nullptr)
    *TheProcess().libc.errno_location() = sys::Errno(result);
  return -1;
}

SIGNET_EXPORT int signet_seal(uint64_t address, size_t length) {
  return sys::Errno(SealForProgram(TheProcess(), address, length, 0));
}

SIGNET_EXPORT int signet_is_sealed(uint64_t address, size_t length) {
  const uint64_t start = PageDown(address);
  const bool fits = length != 0 && length <= UINT64_MAX - address;
  return fits && IsSealed(start, address + length) ? 1 : 0;
}

SIGNET_EXPORT int signet_for_each_range(int (*visit)(const signet_range*, void*), void* argument) {
  const LockHolder holder(loader_lock);
  for (const signet_ledger_entry& entry : PublishedEntries()) {
    const signet_range range = {std::bit_cast<void*>(entry.start),
                                entry.end - entry.start,
                                entry.kind,
                                entry.backend,
                                entry.reason,
                                PublishedModuleName(entry.module)};
    if (const int result = visit(&range, argument)) return result;
  }
  return 0;
}

SIGNET_EXPORT enum signet_backend signet_backend() { return TheProcess().seal_record->strongest; }

}  // extern "C"

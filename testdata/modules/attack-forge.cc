// SPDX-License-Identifier: MIT
//
// A program whose IFUNC resolver runs before the seal, and forges what `signet verify` reports. How
// it does so is chosen by a macro.
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "protocol/attack_record.h"
#include "signet/ledger.h"

extern "C" {
extern uint64_t signet_ledger_address __attribute__((weak));
extern signet::AttackBlock* signet_attack_address __attribute__((weak));
}

namespace {

constexpr long kMost = 512;  // mappings

// No library is needed for it, because none may be ready.
long Call(long number, long a = 0, long b = 0, long c = 0) {
  long result;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a), "S"(b), "d"(c)
               : "rcx", "r11", "memory");
  return result;
}
long Address(const void* pointer) { return reinterpret_cast<long>(pointer); }

struct Ledger {
  signet_ledger header;
  signet_ledger_module modules[1];
  signet_ledger_entry entries[kMost];
  char strings[16];
};
Ledger ledger;
signet::AttackRecord records[kMost];

long ReadHex(const char*& text) {
  long value = 0;
  for (;; ++text) {
    const char digit = *text;
    if (digit >= '0' && digit <= '9') {
      value = value * 16 + digit - '0';
    } else if (digit >= 'a' && digit <= 'f') {
      value = value * 16 + digit - 'a' + 10;
    } else {
      return value;
    }
  }
}

signet_kind KindOf(const char* permissions) {
  if (permissions[2] == 'x') return SIGNET_KIND_TEXT;
  if (permissions[1] == 'w') return SIGNET_KIND_DATA;
  return permissions[0] == 'r' ? SIGNET_KIND_RODATA : SIGNET_KIND_GAP;
}

char maps[1 << 16];

// One entry for each mapping, with a record of one attack that was refused.
unsigned ListMappings(signet_backend backend, signet_reason reason) {
  const long file = Call(SYS_open, Address("/proc/self/maps"), O_RDONLY);
  long size = 0;
  for (long count = 1; count > 0; size += count)
    count = Call(SYS_read, file, Address(maps) + size, static_cast<long>(sizeof maps) - 1 - size);
  Call(SYS_close, file);
  unsigned entry = 0;
  for (const char* line = maps; *line != '\0' && entry < kMost; ++entry) {
    const long start = ReadHex(line);
    ++line;
    const long end = ReadHex(line);
    ++line;
    const signet_kind kind = KindOf(line);
    if (start < 0) break;  // the vsyscall page
    const bool left_out = kind == SIGNET_KIND_DATA;
    ledger.entries[entry] = {static_cast<uint64_t>(start),
                             static_cast<uint64_t>(end),
                             0,
                             static_cast<uint16_t>(kind),
                             static_cast<uint16_t>(left_out ? SIGNET_BACKEND_NONE : backend),
                             static_cast<uint16_t>(left_out ? SIGNET_REASON_NOT_SELECTED : reason),
                             0,
                             0};
    records[entry] = {entry, static_cast<uint8_t>(signet::AttackCall::kMunmap), 0, 2, 0, 0, 0, -1};
    while (*line != '\n') ++line;
    ++line;
  }
  return entry;
}

// Says that all is sealed by `backend`, or left out for a reason, and that all attacks were
// refused. Then it stops as the loader would.
[[maybe_unused]] void Publish(signet_backend backend, signet_reason reason, bool empty) {
  const unsigned count = empty ? 0 : ListMappings(backend, reason);
  const bool attacked = backend != SIGNET_BACKEND_NONE;
  for (int i = 0; i < 8; ++i) ledger.header.magic[i] = SIGNET_LEDGER_MAGIC[i];
  ledger.header.version = SIGNET_LEDGER_VERSION;
  ledger.header.header_size = sizeof ledger.header;
  ledger.header.size = sizeof ledger;
  ledger.header.modules = offsetof(Ledger, modules);
  ledger.header.entries = offsetof(Ledger, entries);
  ledger.header.strings = offsetof(Ledger, strings);
  ledger.header.strings_size = sizeof ledger.strings;
  ledger.header.module_count = 1;
  ledger.header.module_size = sizeof ledger.modules[0];
  ledger.header.entry_count = count;
  ledger.header.entry_size = sizeof ledger.entries[0];
  ledger.header.backend = backend;
  ledger.header.selected_kinds = 0x1f;
  ledger.modules[0].end = 1UL << 47;
  signet_ledger_address = reinterpret_cast<uint64_t>(&ledger);
  signet_attack_address->records = reinterpret_cast<uint64_t>(records);
  signet_attack_address->record_count = attacked ? count : 0;
  Call(SYS_kill, Call(SYS_getpid), SIGSTOP);
}

// Writes to every descriptor, and ends as if all were done.
[[maybe_unused]] void WriteToDescriptors() {
  for (long fd = 3; fd < 100; ++fd) {
    if (Call(SYS_write, fd, Address("signet\0P"), 8) == 8) Call(SYS_exit_group, 9);
  }
  Call(SYS_exit_group, 0);
}

// Closes and replaces descriptors, and writes nonsense where the records will be looked for.
[[maybe_unused]] void Spoil() {
  for (long fd = 3; fd < 100; ++fd) {
    Call(SYS_dup2, 2, fd);
    Call(SYS_close, fd);
  }
  signet_attack_address->record_size = 7;
}

// Becomes another program, whose seals are in order.
[[maybe_unused]] void BecomeAnother() {
  const char* const argv[] = {"ld-signet.so", "--verify", "/bin/true", nullptr};
  const char* const envp[] = {nullptr};
  Call(SYS_execve, Address("/proc/self/exe"), Address(argv), Address(envp));
}

// Makes code writable, so that it is sealed with that protection.
[[maybe_unused]] void OpenCode() {
  const long page = reinterpret_cast<long>(&OpenCode) & -4096L;
  Call(SYS_mprotect, page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
}

int One() { return 1; }

}  // namespace

extern "C" {

void* Resolve() {
  FORGERY;
  return reinterpret_cast<void*>(&One);
}

int Chosen() __attribute__((ifunc("Resolve")));
}

int main() { return Chosen(); }

// SPDX-License-Identifier: MIT
//
// Plays the loader: publishes the ledger that its last argument names, true or false, and then
// stops (with --stop) or waits until it is killed. With --verify it stops twice, as a loader that
// attacks its seals, and publishes records in between; with --verify-later, as one that is to
// attack them later. It links nothing and runs nothing.
#include <signet/ledger.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "protocol/attack_record.h"

extern "C" {
extern uint64_t signet_ledger_address;
__attribute__((visibility("default"), used)) uint64_t signet_ledger_address = 0;
extern uint64_t signet_attack_address;
__attribute__((visibility("default"), used)) uint64_t signet_attack_address = 0;
}

namespace {

constexpr uint64_t kPage = 4096;
constexpr long kMsealNumber = 462;

// The block as it is in memory.
struct Block {
  signet_ledger header;
  signet_ledger_module modules[1];
  signet_ledger_entry entries[4];
  char strings[64];
};

signet_ledger_entry Entry(uint64_t start, uint64_t pages, signet_kind kind, signet_backend backend,
                          signet_reason reason, int error = 0) {
  return {.start = start,
          .end = start + pages * kPage,
          .module = 0,
          .kind = static_cast<uint16_t>(kind),
          .backend = static_cast<uint16_t>(backend),
          .reason = static_cast<uint16_t>(reason),
          .error = static_cast<uint16_t>(error),
          .remarks = 0,
          .protection = 0,
          .reserved = 0};
}

void* MapPages(uint64_t count, int protection) {
  return mmap(nullptr, count * kPage, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

// Eight pages, four of them sealed, and a true ledger of them.
Block* Publish() {
  const auto start = reinterpret_cast<uint64_t>(MapPages(8, PROT_READ));
  syscall(kMsealNumber, start, 4 * kPage, 0UL);

  auto* block = static_cast<Block*>(MapPages(1, PROT_READ | PROT_WRITE));
  std::memcpy(block->header.magic, SIGNET_LEDGER_MAGIC, sizeof(block->header.magic));
  block->header.version = SIGNET_LEDGER_VERSION;
  block->header.header_size = sizeof(block->header);
  block->header.size = sizeof(*block);
  block->header.modules = offsetof(Block, modules);
  block->header.entries = offsetof(Block, entries);
  block->header.strings = offsetof(Block, strings);
  block->header.strings_size = sizeof(block->strings);
  block->header.module_count = 1;
  block->header.module_size = sizeof(block->modules[0]);
  block->header.entry_count = 4;
  block->header.entry_size = sizeof(block->entries[0]);
  block->header.backend = SIGNET_BACKEND_KERNEL;
  block->header.selected_kinds = 1U << SIGNET_KIND_TEXT | 1U << SIGNET_KIND_RELRO;
  std::memcpy(block->strings + 1, "/lib/libfake.so\0fake.so", 24);
  block->modules[0] = {.start = start,
                       .end = start + 8 * kPage,
                       .load_bias = start,
                       .path = 1,
                       .name = 17,
                       .origin = SIGNET_ORIGIN_LIBRARY,
                       .reserved = 0};
  block->entries[0] =
      Entry(start, 2, SIGNET_KIND_TEXT, SIGNET_BACKEND_KERNEL, SIGNET_REASON_SEALED);
  block->entries[1] =
      Entry(start + 2 * kPage, 2, SIGNET_KIND_RELRO, SIGNET_BACKEND_KERNEL, SIGNET_REASON_SEALED);
  block->entries[2] = Entry(start + 4 * kPage, 1, SIGNET_KIND_DATA, SIGNET_BACKEND_NONE,
                            SIGNET_REASON_NOT_SELECTED);
  block->entries[3] = Entry(start + 5 * kPage, 1, SIGNET_KIND_GAP, SIGNET_BACKEND_NONE,
                            SIGNET_REASON_REFUSED, ENOMEM);
  signet_ledger_address = reinterpret_cast<uint64_t>(block);
  return block;
}

void Spoil(const char* how, Block* block) {
  if (std::strcmp(how, "boasts") == 0) block->entries[2].backend = SIGNET_BACKEND_KERNEL;
  if (std::strcmp(how, "hides") == 0) block->entries[1].backend = SIGNET_BACKEND_NONE;
  if (std::strcmp(how, "bad-magic") == 0) block->header.magic[0] = 'S';
  if (std::strcmp(how, "huge") == 0) block->header.size = UINT64_MAX;
  if (std::strcmp(how, "large") == 0) block->header.size = 32 << 20;
  if (std::strcmp(how, "wild") == 0) signet_ledger_address = 0xdead0000dead;
  if (std::strcmp(how, "unpublished") == 0) signet_ledger_address = 0;
  if (std::strcmp(how, "unmaps") == 0) {
    munmap(reinterpret_cast<void*>(block->entries[2].start), kPage);
    block->entries[2].backend = SIGNET_BACKEND_GUARD;
  }
  if (std::strcmp(how, "fails") == 0) {
    std::fputs("fake: it failed\n", stderr);
    std::exit(127);
  }
  if (std::strcmp(how, "succeeds") == 0) std::exit(0);
  if (std::strcmp(how, "crashes") == 0) {
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
  }
}

void Stop() {
  std::fflush(stdout);
  raise(SIGSTOP);
}

signet::AttackBlock attack;
signet::AttackRecord records[2];

void SpoilLater(const char* how) {
  if (std::strcmp(how, "later-wild") == 0) attack.entry = 0xdead0000dead;
  if (std::strcmp(how, "later-exits") == 0) attack.entry = reinterpret_cast<uint64_t>(&_exit);
}

void SpoilRecords(const char* how) {
  if (std::strcmp(how, "attack-magic") == 0) attack.magic[0] = 'S';
  if (std::strcmp(how, "attack-version") == 0) attack.version = 1;
  if (std::strcmp(how, "attack-size") == 0) attack.record_size = 20;
  if (std::strcmp(how, "attack-backend") == 0) attack.backend = SIGNET_BACKEND_COUNT;
  if (std::strcmp(how, "attack-count") == 0) attack.record_count = (16 << 20) + 1;
  if (std::strcmp(how, "attack-wild") == 0) attack.records = 0xdead0000dead;
  if (std::strcmp(how, "attack-record") == 0) records[1].way = signet::kAttackWayCount;
  if (std::strcmp(how, "attack-block") == 0) signet_attack_address = 0xdead0000dead;
  if (std::strcmp(how, "attack-none") == 0) signet_attack_address = 0;
}

// Fills in what the first stop shows.
void Announce() {
  std::memcpy(attack.magic, signet::kAttackMagic, sizeof attack.magic);
  attack.version = signet::kAttackVersion;
  attack.record_size = sizeof(signet::AttackRecord);
  attack.backend = SIGNET_BACKEND_KERNEL;
  attack.selected_kinds = 1U << SIGNET_KIND_TEXT | 1U << SIGNET_KIND_RELRO;
  signet_attack_address = reinterpret_cast<uint64_t>(&attack);
}

// Two records, of the two ranges that are sealed.
void Verify(const char* how) {
  Announce();
  Stop();
  for (uint32_t i = 0; i < 2; ++i) {
    records[i] = {i, static_cast<uint8_t>(signet::AttackCall::kMunmap), 0, 2, 0, 0, 0, -EPERM};
  }
  attack.records = reinterpret_cast<uint64_t>(records);
  attack.record_count = 2;
  SpoilRecords(how);
  Stop();
}

// The entry does not attack, whatever it does.
[[noreturn]] void VerifyLater(const char* how) {
  Announce();
  attack.stack = reinterpret_cast<uint64_t>(MapPages(4, PROT_READ | PROT_WRITE)) + 4 * kPage;
  SpoilLater(how);
  Stop();
  Stop();
  while (true) pause();
}

}  // namespace

int main(int argc, char** argv) {
  Spoil(argv[argc - 1], Publish());
  bool stop = false;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--stop") == 0) stop = true;
    if (std::strcmp(argv[i], "--list") == 0) return 0;
    if (std::strcmp(argv[i], "--verify") == 0) Verify(argv[argc - 1]);
    if (std::strcmp(argv[i], "--verify-later") == 0) VerifyLater(argv[argc - 1]);
  }
  std::puts("ready");
  std::fflush(stdout);
  if (stop) Stop();
  while (true) pause();
}

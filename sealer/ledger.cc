// SPDX-License-Identifier: MIT
#include "sealer/ledger.h"

#include "loader/sys/syscall.h"

// The symbol by which debuggers and `signet dump` find the ledger.
extern "C" __attribute__((visibility("default"))) constinit uint64_t signet_ledger_address;
constinit uint64_t signet_ledger_address = 0;

namespace signet {
namespace {

// Strings behind each other, the first one empty.
class StringWriter {
 public:
  explicit StringWriter(char* strings) : strings_(strings) { strings_[0] = '\0'; }

  uint32_t Add(std::string_view text) {
    if (text.empty()) return 0;
    const uint32_t offset = next_;
    std::memcpy(strings_ + next_, text.data(), text.size());
    strings_[next_ + text.size()] = '\0';
    next_ += static_cast<uint32_t>(text.size()) + 1;
    return offset;
  }

 private:
  char* strings_;
  uint32_t next_ = 1;
};

// Where a ledger can be written: the one in force, and the one before, which the next one replaces.
// Who reads the one in force from outside meets whole ledgers only.
struct Block {
  uint64_t start = 0;
  uint64_t size = 0;  // bytes
};
constinit Block blocks[2];
constinit unsigned spare = 0;  // the one that is not in force

// Where each part of the block begins, in bytes.
struct Offsets {
  uint64_t entries = 0;
  uint64_t strings = 0;
  uint64_t end = 0;

  Offsets(std::span<const LedgerModule> modules, size_t entry_count)
      : entries(sizeof(signet_ledger) + modules.size() * sizeof(signet_ledger_module)),
        strings(entries + entry_count * sizeof(signet_ledger_entry)),
        end(strings + 1) {
    for (const LedgerModule& module : modules) end += module.path.size() + module.name.size() + 2;
  }
};

// Where the kernel keeps the seals, the ledger only says what was meant. Else it is all there is,
// and is kept in pages that are closed between updates.
bool IsBinding(signet_backend backend) { return backend != SIGNET_BACKEND_KERNEL; }

}  // namespace

void ReserveLedger(std::span<const LedgerModule> modules, size_t entry_count,
                   signet_backend backend) {
  uint64_t size = Offsets(modules, entry_count).end;
  Block& block = blocks[spare];
  if (size <= block.size) return;
  // The first one is as large as it must be; those of processes that load more grow by doubling.
  if (signet_ledger_address != 0) size *= 2;
  if (IsBinding(backend)) size = elf::PageUp(size);
  block = {IsBinding(backend) ? ArenaPages(size)
                              : std::bit_cast<uint64_t>(ArenaBytes(size, alignof(signet_ledger))),
           size};
}

void PublishLedger(std::span<const LedgerModule> modules,
                   std::span<const signet_ledger_entry> entries, signet_backend backend,
                   uint32_t kinds) {
  ReserveLedger(modules, entries.size(), backend);
  const Block& block = blocks[spare];
  spare = 1 - spare;
  if (IsBinding(backend)) sys::Protect(block.start, block.size, PROT_READ | PROT_WRITE);
  const Offsets offsets(modules, entries.size());
  auto* header = std::bit_cast<signet_ledger*>(block.start);
  std::memcpy(header->magic, SIGNET_LEDGER_MAGIC, sizeof header->magic);
  header->version = SIGNET_LEDGER_VERSION;
  header->header_size = sizeof(signet_ledger);
  header->size = offsets.end;
  header->modules = sizeof(signet_ledger);
  header->entries = offsets.entries;
  header->strings = offsets.strings;
  header->strings_size = offsets.end - offsets.strings;
  header->module_count = static_cast<uint32_t>(modules.size());
  header->module_size = sizeof(signet_ledger_module);
  header->entry_count = static_cast<uint32_t>(entries.size());
  header->entry_size = sizeof(signet_ledger_entry);
  header->backend = backend;
  header->selected_kinds = kinds;
  StringWriter strings(std::bit_cast<char*>(block.start + offsets.strings));
  auto* published = std::bit_cast<signet_ledger_module*>(block.start + sizeof(signet_ledger));
  for (const LedgerModule& module : modules) {
    *published++ = {module.start,
                    module.end,
                    module.load_bias,
                    strings.Add(module.path),
                    strings.Add(module.name),
                    static_cast<uint32_t>(module.origin),
                    0};
  }
  std::memcpy(std::bit_cast<void*>(block.start + offsets.entries), entries.data(),
              entries.size_bytes());
  if (IsBinding(backend)) sys::Protect(block.start, block.size, PROT_READ);
  __atomic_store_n(&signet_ledger_address, block.start, __ATOMIC_RELEASE);
}

}  // namespace signet

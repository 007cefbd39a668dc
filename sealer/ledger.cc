// SPDX-License-Identifier: MIT
#include "sealer/ledger.h"

#include <algorithm>

#include "base/map_anywhere.h"
#include "base/page.h"
#include "base/syscall.h"

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
// Whoever reads the ledger in this process begins again where this has changed meanwhile.
constinit uint64_t publish_count = 0;

// The one that is not in force. In the child of a fork, too, whatever its parent was doing.
Block& Spare() { return blocks[blocks[0].start == signet_ledger_address ? 1 : 0]; }

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

bool ReserveLedger(std::span<const LedgerModule> modules, size_t entry_count,
                   signet_backend backend) {
  uint64_t size = Offsets(modules, entry_count).end;
  Block& block = Spare();
  if (size <= block.size) return true;
  // The first one is as large as it must be; those of processes that load more grow by doubling, in
  // mappings of their own: a signal handler may seal.
  if (signet_ledger_address != 0) {
    size = PageUp(2 * size);
    const long mapped = MapAnywhere(size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
    if (sys::Failed(mapped)) return false;
    block = {static_cast<uint64_t>(mapped), size};
    return true;
  }
  if (IsBinding(backend)) size = PageUp(size);
  block = {IsBinding(backend) ? ArenaPages(size)
                              : std::bit_cast<uint64_t>(ArenaBytes(size, alignof(signet_ledger))),
           size};
  return true;
}

void PublishLedger(std::span<const LedgerModule> modules,
                   std::span<const signet_ledger_entry> entries, signet_backend backend,
                   uint32_t kinds) {
  if (!ReserveLedger(modules, entries.size(), backend)) return;
  const Block& block = Spare();
  if (IsBinding(backend) &&
      sys::Failed(sys::Protect(block.start, block.size, PROT_READ | PROT_WRITE))) {
    return;
  }
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
  __atomic_fetch_add(&publish_count, 1, __ATOMIC_RELEASE);
}

bool FindPublished(uint64_t address, signet_ledger_entry& entry) {
  for (;;) {
    const uint64_t before = __atomic_load_n(&publish_count, __ATOMIC_ACQUIRE);
    const std::span<const signet_ledger_entry> entries = PublishedEntries();
    const auto found = std::upper_bound(
        entries.begin(), entries.end(), address,
        [](uint64_t at, const signet_ledger_entry& candidate) { return at < candidate.end; });
    const bool inside = found != entries.end() && found->start <= address;
    if (inside) entry = *found;
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    if (__atomic_load_n(&publish_count, __ATOMIC_RELAXED) == before) return inside;
  }
}

std::span<const signet_ledger_entry> PublishedEntries() {
  const uint64_t start = __atomic_load_n(&signet_ledger_address, __ATOMIC_ACQUIRE);
  if (start == 0) return {};
  const auto* header = std::bit_cast<const signet_ledger*>(start);
  return {std::bit_cast<const signet_ledger_entry*>(start + header->entries), header->entry_count};
}

const char* PublishedModuleName(uint32_t module) {
  const uint64_t start = signet_ledger_address;
  const auto* header = std::bit_cast<const signet_ledger*>(start);
  const auto* modules = std::bit_cast<const signet_ledger_module*>(start + header->modules);
  return std::bit_cast<const char*>(start + header->strings + modules[module].name);
}

}  // namespace signet

// SPDX-License-Identifier: MIT
#include "sealer/ledger.h"

#include <atomic>

#include "base/interval.h"
#include "base/map_anywhere.h"
#include "base/page.h"
#include "base/syscall.h"
#include "base/versioned.h"

// The symbol by which debuggers and `signet dump` find the ledger.
extern "C" __attribute__((visibility("default"))) constinit std::atomic<uint64_t>
    signet_ledger_address;
constinit std::atomic<uint64_t> signet_ledger_address = 0;
static_assert(sizeof signet_ledger_address == sizeof(uint64_t));

namespace signet {
namespace {

// Strings one behind the other, the first of them empty.
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

// A place for a whole ledger.
struct Block {
  uint64_t start = 0;
  uint64_t size = 0;       // bytes
  bool is_closed = false;  // read-only, in whole pages
};

// The ledger in force and the one before it, which the next one replaces: a debugger that reads the
// process's memory finds a whole ledger at any time. `entries` says which block is in force, and is
// what readers in this process search.
constinit Block blocks[2];
constinit Versioned<signet_ledger_entry> entries;

Block& Spare() { return blocks[entries.spare()]; }
const Block& Current() { return blocks[1 - entries.spare()]; }

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

// If the kernel keeps the seals, it also shows them, and the ledger only says what was meant.
// Otherwise the ledger is the only record, so its pages are read-only between updates.
bool IsBinding(signet_backend backend) { return backend != SIGNET_BACKEND_KERNEL; }

}  // namespace

bool ReserveLedger(std::span<const LedgerModule> modules, size_t entry_count,
                   signet_backend backend) {
  uint64_t size = Offsets(modules, entry_count).end;
  Block& block = Spare();
  if (size <= block.size) return true;
  // The first block is just large enough. The blocks of a process that loads more grow by doubling,
  // in mappings of their own, because a signal handler may seal and the arena is not for handlers.
  if (Current().size != 0) {
    size = PageUp(2 * size);
    const long mapped = MapAnywhere(size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
    if (sys::Failed(mapped)) return false;
    block = {static_cast<uint64_t>(mapped), size, false};
    return true;
  }
  if (IsBinding(backend)) size = PageUp(size);
  block = {IsBinding(backend) ? ArenaPages(size)
                              : std::bit_cast<uint64_t>(ArenaBytes(size, alignof(signet_ledger))),
           size, false};
  return true;
}

void PublishLedger(std::span<const LedgerModule> modules,
                   std::span<const signet_ledger_entry> new_entries, signet_backend backend,
                   uint32_t kinds) {
  // In the child of a fork: the parent may have been between the two last lines of this function.
  signet_ledger_address.store(Current().start, std::memory_order_release);
  if (!ReserveLedger(modules, new_entries.size(), backend)) return;
  Block& block = Spare();
  // Whether it is closed does not follow from `backend`: a seal of the program's may have raised
  // that since the block was written.
  if (block.is_closed) {
    if (sys::Failed(sys::Protect(block.start, block.size, PROT_READ | PROT_WRITE))) return;
    block.is_closed = false;
  }
  const Offsets offsets(modules, new_entries.size());
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
  header->entry_count = static_cast<uint32_t>(new_entries.size());
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
  entries.SetSpareMemory(std::bit_cast<signet_ledger_entry*>(block.start + offsets.entries),
                         new_entries.size());
  for (size_t i = 0; i < new_entries.size(); ++i) entries.Put(i, new_entries[i]);
  if (IsBinding(backend))
    block.is_closed = !sys::Failed(sys::Protect(block.start, block.size, PROT_READ));
  entries.Publish(new_entries.size());
  signet_ledger_address.store(block.start, std::memory_order_release);
}

bool FindPublished(uint64_t address, signet_ledger_entry& entry) {
  return entries.Read([&](const VersionedElements<signet_ledger_entry>& published) {
    const size_t index = FirstAbove(published.size(), address, [&published](size_t i) {
      return published.Member(i, &signet_ledger_entry::end);
    });
    if (index == published.size()) return false;
    const signet_ledger_entry found = published[index];
    if (found.start > address) return false;
    entry = found;
    return true;
  });
}

const signet_ledger* PublishedLedger() {
  return std::bit_cast<const signet_ledger*>(signet_ledger_address.load(std::memory_order_acquire));
}

std::span<const signet_ledger_entry> PublishedEntries() {
  const signet_ledger* ledger = PublishedLedger();
  if (ledger == nullptr) return {};
  const uint64_t start = std::bit_cast<uint64_t>(ledger);
  return {std::bit_cast<const signet_ledger_entry*>(start + ledger->entries), ledger->entry_count};
}

const char* PublishedModuleName(uint32_t module) {
  const signet_ledger* ledger = PublishedLedger();
  const uint64_t start = std::bit_cast<uint64_t>(ledger);
  const auto* modules = std::bit_cast<const signet_ledger_module*>(start + ledger->modules);
  return std::bit_cast<const char*>(start + ledger->strings + modules[module].name);
}

}  // namespace signet

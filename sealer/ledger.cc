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

// A place for a whole ledger: the header, modules, strings and entries. Each part has room to grow.
// Entries are at the end of theirs, because new ones lie below most others.
struct Block {
  uint64_t start = 0;
  uint64_t size = 0;       // bytes
  uint64_t strings = 0;    // where the room for strings begins, in bytes from the start
  uint64_t entries = 0;    // the same for entries, and the end of the strings
  bool is_closed = false;  // read-only, in whole pages

  // What of it is in the ledger in force, too: the first modules, with their strings, and the last
  // entries.
  size_t module_count = 0;
  uint64_t strings_size = 0;  // bytes
  size_t entry_count = 0;

  uint64_t module_room() const {
    return (strings - sizeof(signet_ledger)) / sizeof(signet_ledger_module);
  }
  uint64_t strings_room() const { return entries - strings; }
  uint64_t entry_room() const { return (size - entries) / sizeof(signet_ledger_entry); }

  void Keep(const UnchangedPart& unchanged) {
    if (entry_count > unchanged.last_entries) entry_count = unchanged.last_entries;
    if (module_count <= unchanged.first_modules) return;
    module_count = 0;  // where the strings of fewer modules end is not known
    strings_size = 0;
  }
};

// The ledger in force and the one before it, which the next one replaces: a debugger that reads the
// process's memory finds a whole ledger at any time. `entries` says which block is in force, and is
// what readers in this process search.
constinit Block blocks[2];
constinit Versioned<signet_ledger_entry> entries;

Block& Spare() { return blocks[entries.spare()]; }
Block& Current() { return blocks[1 - entries.spare()]; }

// Strings are one behind the other, the first of them empty. Bytes, with those of `modules`.
uint64_t StringsSize(const Block& block, std::span<const LedgerModule> modules) {
  uint64_t size = block.module_count != 0 ? block.strings_size : 1;
  for (const LedgerModule& module : modules.subspan(block.module_count))
    size += module.path.size() + module.name.size() + 2;
  return size;
}

// Writes a string behind `size` bytes of strings.
uint32_t AddString(char* strings, uint64_t& size, std::string_view text) {
  if (text.empty()) return 0;
  const auto offset = static_cast<uint32_t>(size);
  std::memcpy(strings + size, text.data(), text.size());
  strings[size + text.size()] = '\0';
  size += text.size() + 1;
  return offset;
}

void WriteModules(Block& block, std::span<const LedgerModule> modules) {
  auto* const published = std::bit_cast<signet_ledger_module*>(block.start + sizeof(signet_ledger));
  auto* const strings = std::bit_cast<char*>(block.start + block.strings);
  uint64_t size = block.module_count != 0 ? block.strings_size : 1;
  strings[0] = '\0';
  for (size_t i = block.module_count; i < modules.size(); ++i) {
    const LedgerModule& module = modules[i];
    published[i] = {module.start,
                    module.end,
                    module.load_bias,
                    AddString(strings, size, module.path),
                    AddString(strings, size, module.name),
                    static_cast<uint32_t>(module.origin),
                    0};
  }
  block.strings_size = size;
  block.module_count = modules.size();
}

// If the kernel keeps the seals, it also shows them, and the ledger only says what was meant.
// Otherwise the ledger is the only record, so its pages are read-only between updates.
bool IsBinding(signet_backend backend) { return backend != SIGNET_BACKEND_KERNEL; }

}  // namespace

bool ReserveLedger(std::span<const LedgerModule> modules, size_t entry_count,
                   const UnchangedPart& unchanged, signet_backend backend) {
  Block& block = Spare();
  block.Keep(unchanged);
  const uint64_t strings_size = StringsSize(block, modules);
  if (block.size != 0 && modules.size() <= block.module_room() &&
      strings_size <= block.strings_room() && entry_count <= block.entry_room()) {
    return true;
  }
  // The first block is just large enough. The blocks of a process that loads more grow by doubling,
  // in mappings of their own, because a signal handler may seal and the arena is not for handlers.
  const bool is_first = Current().size == 0;
  const uint64_t factor = is_first ? 1 : 2;
  Block grown;
  grown.strings = sizeof(signet_ledger) + factor * modules.size() * sizeof(signet_ledger_module);
  grown.size = grown.strings + AlignUp(factor * strings_size, alignof(signet_ledger_entry)) +
               factor * entry_count * sizeof(signet_ledger_entry);
  if (!is_first || IsBinding(backend)) grown.size = PageUp(grown.size);
  grown.entries = grown.size - factor * entry_count * sizeof(signet_ledger_entry);
  if (!is_first) {
    const long mapped =
        MapAnywhere(grown.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
    if (sys::Failed(mapped)) return false;
    grown.start = static_cast<uint64_t>(mapped);
  } else {
    grown.start = IsBinding(backend)
                      ? ArenaPages(grown.size)
                      : std::bit_cast<uint64_t>(ArenaBytes(grown.size, alignof(signet_ledger)));
  }
  block = grown;
  return true;
}

bool PublishLedger(std::span<const LedgerModule> modules,
                   std::span<const signet_ledger_entry> new_entries, const UnchangedPart& unchanged,
                   signet_backend backend, uint32_t kinds) {
  // In the child of a fork: the parent may have been between the two last lines of this function.
  signet_ledger_address.store(Current().start, std::memory_order_release);
  if (!ReserveLedger(modules, new_entries.size(), unchanged, backend)) return false;
  Block& block = Spare();
  // Whether it is closed does not follow from `backend`: a seal of the program's may have raised
  // that since the block was written.
  if (block.is_closed) {
    if (sys::Failed(sys::Protect(block.start, block.size, PROT_READ | PROT_WRITE))) return false;
    block.is_closed = false;
  }
  WriteModules(block, modules);
  const uint64_t entries_offset = block.size - new_entries.size_bytes();
  auto* header = std::bit_cast<signet_ledger*>(block.start);
  std::memcpy(header->magic, SIGNET_LEDGER_MAGIC, sizeof header->magic);
  header->version = SIGNET_LEDGER_VERSION;
  header->header_size = sizeof(signet_ledger);
  header->size = block.size;
  header->modules = sizeof(signet_ledger);
  header->entries = entries_offset;
  header->strings = block.strings;
  header->strings_size = block.strings_size;
  header->module_count = static_cast<uint32_t>(modules.size());
  header->module_size = sizeof(signet_ledger_module);
  header->entry_count = static_cast<uint32_t>(new_entries.size());
  header->entry_size = sizeof(signet_ledger_entry);
  header->backend = backend;
  header->selected_kinds = kinds;
  entries.SetSpareMemory(std::bit_cast<signet_ledger_entry*>(block.start + entries_offset),
                         new_entries.size());
  const size_t changed_count = new_entries.size() - block.entry_count;
  for (size_t i = 0; i < changed_count; ++i) entries.Put(i, new_entries[i]);
  if (IsBinding(backend))
    block.is_closed = !sys::Failed(sys::Protect(block.start, block.size, PROT_READ));
  block.entry_count = new_entries.size();
  Current().Keep(unchanged);  // the next spare
  entries.Publish(new_entries.size());
  signet_ledger_address.store(block.start, std::memory_order_release);
  return true;
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

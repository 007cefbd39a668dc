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
  explicit StringWriter(char* strings) : strings_(strings) {}

  uint32_t Add(std::string_view text) {
    if (text.empty()) return 0;
    const uint32_t offset = next_;
    std::memcpy(strings_ + next_, text.data(), text.size());
    next_ += static_cast<uint32_t>(text.size()) + 1;
    return offset;
  }

 private:
  char* strings_;
  uint32_t next_ = 1;
};

}  // namespace

void PublishLedger(std::span<const LedgerModule> modules,
                   std::span<const signet_ledger_entry> entries, signet_backend backend,
                   uint32_t kinds) {
  uint64_t strings_size = 1;
  for (const LedgerModule& module : modules)
    strings_size += module.path.size() + module.name.size() + 2;
  const uint64_t modules_offset = sizeof(signet_ledger);
  const uint64_t entries_offset = modules_offset + modules.size() * sizeof(signet_ledger_module);
  const uint64_t strings_offset = entries_offset + entries.size_bytes();
  const uint64_t size = strings_offset + strings_size;
  // Where the kernel keeps the seals, the ledger only says what was meant. Else it is all there is.
  const bool binding = backend != SIGNET_BACKEND_KERNEL;
  const uint64_t start = binding
                             ? ArenaPages(elf::PageUp(size))
                             : std::bit_cast<uint64_t>(ArenaBytes(size, alignof(signet_ledger)));
  auto* header = std::bit_cast<signet_ledger*>(start);
  std::memcpy(header->magic, SIGNET_LEDGER_MAGIC, sizeof header->magic);
  header->version = SIGNET_LEDGER_VERSION;
  header->header_size = sizeof(signet_ledger);
  header->size = size;
  header->modules = modules_offset;
  header->entries = entries_offset;
  header->strings = strings_offset;
  header->strings_size = strings_size;
  header->module_count = static_cast<uint32_t>(modules.size());
  header->module_size = sizeof(signet_ledger_module);
  header->entry_count = static_cast<uint32_t>(entries.size());
  header->entry_size = sizeof(signet_ledger_entry);
  header->backend = backend;
  header->selected_kinds = kinds;
  StringWriter strings(std::bit_cast<char*>(start + strings_offset));
  auto* published = std::bit_cast<signet_ledger_module*>(start + modules_offset);
  for (const LedgerModule& module : modules) {
    *published++ = {module.start,
                    module.end,
                    module.load_bias,
                    strings.Add(module.path),
                    strings.Add(module.name),
                    static_cast<uint32_t>(module.origin),
                    0};
  }
  std::memcpy(std::bit_cast<void*>(start + entries_offset), entries.data(), entries.size_bytes());
  if (binding) sys::Protect(start, elf::PageUp(size), PROT_READ);
  signet_ledger_address = start;
}

}  // namespace signet

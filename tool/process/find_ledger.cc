// SPDX-License-Identifier: MIT
//
// See find_ledger.h.
#include "tool/process/find_ledger.h"

#include <fmt/format.h>

#include <span>

#include "tool/process/ledger_view.h"
#include "tool/process/module_image.h"

namespace signet::tool {
namespace {

using State = LedgerBlock::State;

// The module that the kernel started: the program's interpreter if it has one, else the program.
// Signet is the interpreter or, if it was run as a command, the program.
std::optional<ModuleImage> ReadStartedModule(const ReadMemory& read, const Auxv& auxv,
                                             const std::vector<SmapsMapping>& mappings) {
  const SmapsMapping* mapping = FindMapping(mappings, auxv.base != 0 ? auxv.base : auxv.phdr);
  if (mapping == nullptr) return std::nullopt;
  const uint64_t start = auxv.base != 0 ? auxv.base : mapping->start;
  return ReadImage(read, start, mapping->end - start);
}

}  // namespace

using MaybeAddress = std::optional<uint64_t>;

Result<MaybeAddress> FindPublished(const ReadMemory& read, const Auxv& auxv,
                                   const std::vector<SmapsMapping>& mappings,
                                   std::string_view symbol) {
  const std::optional<ModuleImage> loader = ReadStartedModule(read, auxv, mappings);
  if (!loader) return MaybeAddress();
  uint64_t address = 0;
  const auto variable = FindObject(read, *loader, symbol, sizeof(address));
  if (!variable) return MaybeAddress();
  if (!read(*variable, std::as_writable_bytes(std::span(&address, 1)))) {
    return Error{fmt::format("cannot read {} at 0x{:x}", symbol, *variable)};
  }
  return MaybeAddress(address);
}

Result<LedgerBlock> FindLedger(const ReadMemory& read, const Auxv& auxv,
                               const std::vector<SmapsMapping>& mappings) {
  const auto published = FindPublished(read, auxv, mappings, SIGNET_LEDGER_SYMBOL);
  if (!published.ok()) return published.error();
  if (!*published) return LedgerBlock{.state = State::kNoLoader, .bytes = {}};
  const uint64_t address = **published;
  if (address == 0) return LedgerBlock{.state = State::kNotPublished, .bytes = {}};

  LedgerBlock block{.state = State::kFound, .bytes = {}};
  block.bytes.resize(sizeof(signet_ledger));
  if (!read(address, block.bytes)) {
    return Error{fmt::format("cannot read the ledger's header at 0x{:x}", address)};
  }
  const Result<uint64_t> size = LedgerSize(block.bytes);
  if (!size.ok()) return size.error();
  block.bytes.resize(*size);
  if (!read(address, block.bytes)) {
    return Error{fmt::format("cannot read the ledger of 0x{:x} bytes at 0x{:x}", *size, address)};
  }
  return block;
}

}  // namespace signet::tool

// SPDX-License-Identifier: MIT
#include "loader/services/late_module_list.h"

#include <link.h>

#include <cstring>

#include "loader/link/module_table.h"

namespace signet {
namespace {

// The walk is made twice, first to count: nothing may be allocated in a call-back, where the
// interpreter holds a lock that abandoning it would leave taken for good.
class LateModuleReader {
 public:
  void Read(const Process& process) {
    process.libc.iterate(Count, this);
    items_ = ArenaArray<LateModule>(count_);
    phdrs_ = ArenaArray<elf::Phdr>(phdr_count_);
    text_ = ArenaArray<char>(text_size_);
    process.libc.iterate(Copy, this);
  }

  std::span<const LateModule> items() const { return items_.first(copied_); }

 private:
  static int Count(dl_phdr_info* info, size_t /*size*/, void* data) {
    auto& list = *static_cast<LateModuleReader*>(data);
    if (!IsLateModule(*info) || *info->dlpi_name == '\0') return 0;
    ++list.count_;
    list.phdr_count_ += info->dlpi_phnum;
    list.text_size_ += std::strlen(info->dlpi_name) + 1;
    return 0;
  }

  // A module that came between the two walks waits for the next call.
  static int Copy(dl_phdr_info* info, size_t /*size*/, void* data) {
    auto& list = *static_cast<LateModuleReader*>(data);
    if (!IsLateModule(*info) || *info->dlpi_name == '\0') return 0;
    const size_t size = std::strlen(info->dlpi_name) + 1;
    if (list.copied_ == list.count_ || info->dlpi_phnum > list.phdrs_.size() ||
        size > list.text_.size()) {
      return 1;
    }
    std::memcpy(list.text_.data(), info->dlpi_name, size);
    const std::span<elf::Phdr> phdrs = list.phdrs_.first(info->dlpi_phnum);
    std::memcpy(phdrs.data(), info->dlpi_phdr, phdrs.size_bytes());
    list.items_[list.copied_++] = {info->dlpi_addr, info->dlpi_tls_modid, list.text_.data(), phdrs,
                                   std::bit_cast<uint64_t>(info->dlpi_phdr)};
    list.phdrs_ = list.phdrs_.subspan(phdrs.size());
    list.text_ = list.text_.subspan(size);
    return 0;
  }

  size_t count_ = 0;
  size_t phdr_count_ = 0;
  size_t text_size_ = 0;
  size_t copied_ = 0;
  std::span<LateModule> items_;
  std::span<elf::Phdr> phdrs_;  // what is not used yet
  std::span<char> text_;
};

}  // namespace

bool IsLateModule(const dl_phdr_info& info) {
  const uint64_t phdrs = std::bit_cast<uint64_t>(info.dlpi_phdr);
  return phdrs != std::bit_cast<uint64_t>(TheProcess().stand_in->phdrs.data()) &&
         FindModule(phdrs) == nullptr;
}

std::span<const LateModule> ReadLateModules(const Process& process) {
  LateModuleReader reader;
  reader.Read(process);
  return reader.items();
}

}  // namespace signet

// SPDX-License-Identifier: MIT
#include "loader/seal/compare_copies.h"

#include "base/scratch.h"
#include "elf/reloc.h"

namespace signet {
namespace {

class CopyComparer {
 public:
  CopyComparer(const Module& module, int fd, uint64_t start, uint64_t end)
      : image_(module.map.image),
        fd_(fd),
        start_(start),
        size_(end - start),
        expected_(size_),
        is_relocated_(size_) {}

  [[nodiscard]] Comparison Run(const elf::Dynamic& dynamic) const {
    if (expected_.first() == nullptr || is_relocated_.first() == nullptr || !ReadExpected() ||
        !MarkTable(dynamic.rela) || !MarkTable(dynamic.jmprel) || !MarkRelr(dynamic.relr)) {
      return Comparison::kUnknown;
    }
    const auto* actual = std::bit_cast<const unsigned char*>(start_);
    for (uint64_t i = 0; i < size_; ++i) {
      if (actual[i] != expected_.first()[i] && !is_relocated_.first()[i])
        return Comparison::kDifferent;
    }
    return Comparison::kSame;
  }

 private:
  // Reads what the file has for `vaddr`; behind the bytes that a segment takes from the file,
  // nothing.
  [[nodiscard]] bool ReadFile(uint64_t vaddr, void* out, uint64_t size) const {
    const elf::Phdr* phdr = image_.Segment(vaddr, 0);
    if (phdr == nullptr || vaddr - phdr->p_vaddr > phdr->p_filesz) return false;
    const uint64_t rest = phdr->p_filesz - (vaddr - phdr->p_vaddr);
    const uint64_t wanted = size < rest ? size : rest;
    const long got = sys::ReadAt(fd_, out, wanted, vaddr - phdr->p_vaddr + phdr->p_offset);
    return !sys::Failed(got) && static_cast<uint64_t>(got) == wanted;
  }

  // In the first and the last page, the segment's neighbours in the file are copied, too.
  [[nodiscard]] bool ReadExpected() const {
    const elf::Phdr* phdr = elf::SegmentOfPage(image_.phdrs(), start_ - image_.load_bias());
    if (phdr == nullptr) return false;
    const uint64_t offset = start_ - image_.Resolve(phdr->p_vaddr) + phdr->p_offset;
    return !sys::Failed(sys::ReadAt(fd_, expected_.first(), size_, offset));
  }

  void Mark(uint64_t vaddr, uint64_t width) const {
    const uint64_t at = image_.Resolve(vaddr) - start_;
    for (uint64_t i = 0; i < width; ++i) {
      if (at + i < size_) is_relocated_.first()[at + i] = true;
    }
  }

  template <typename Entry>
  [[nodiscard]] bool ReadTable(std::span<const Entry> table, const Scratch<Entry>& copy) const {
    return copy.first() != nullptr &&
           ReadFile(image_.Vaddr(table.data()), copy.first(), table.size_bytes());
  }

  [[nodiscard]] bool MarkTable(std::span<const elf::Rela> table) const {
    if (table.empty()) return true;
    const Scratch<elf::Rela> copy(table.size());
    if (!ReadTable(table, copy)) return false;
    for (const elf::Rela& rela : std::span(copy.first(), table.size()))
      Mark(rela.r_offset, elf::RelocWidth(elf::RelocType(rela)));
    return true;
  }

  [[nodiscard]] bool MarkRelr(std::span<const elf::Relr> table) const {
    if (table.empty()) return true;
    const Scratch<elf::Relr> copy(table.size());
    return ReadTable(table, copy) &&
           elf::ForEachRelr({copy.first(), table.size()}, [this](uint64_t vaddr) {
             Mark(vaddr, sizeof(uint64_t));
             return true;
           });
  }

  const elf::Image& image_;
  int fd_;
  uint64_t start_;
  uint64_t size_;
  Scratch<unsigned char> expected_;
  Scratch<bool> is_relocated_;
};

}  // namespace

Comparison CompareCopy(const Module& module, int fd, uint64_t start, uint64_t end) {
  return CopyComparer(module, fd, start, end).Run(module.dynamic);
}

}  // namespace signet

// SPDX-License-Identifier: MIT
//
// See contradictions.h. There are two questions. Is each range that the ledger lists as the loader
// wanted it? And is everything in the ledger that the kernel executes, or keeps read-only for a
// module?
#include "tool/verify/contradictions.h"

#include <elf.h>
#include <fmt/format.h>

#include <algorithm>

#include "protocol/ledger_names.h"

namespace signet::tool {
namespace {

// The first of a sorted list of ranges that ends behind `address`.
template <typename Range>
auto FirstBehind(const std::vector<Range>& ranges, uint64_t address) {
  return std::upper_bound(ranges.begin(), ranges.end(), address,
                          [](uint64_t wanted, const Range& range) { return wanted < range.end; });
}

class Finder {
 public:
  explicit Finder(const AttackData& data) : data_(data), attacked_(data.ledger().entries.size()) {
    for (const AttackRecord& record : data.records) attacked_[record.entry] = true;
  }

  std::vector<Contradiction> Find() {
    for (size_t i = 0; i < attacked_.size(); ++i) CheckEntry(i);
    for (const ModuleImage& image : data_.snapshot.images.modules) CheckImage(image);
    if (const auto cut_at = data_.snapshot.images.cut_at)
      found_.push_back(
          {*cut_at, UINT64_MAX, "", "too many headers of modules; not read from here on"});
    for (const SmapsMapping& mapping : data_.snapshot.mappings) {
      if (mapping.executable() && mapping.path != "[vsyscall]" && mapping.path != "[stack]")
        CheckListed(mapping.start, mapping.end, mapping.path, "executable");
    }
    std::stable_sort(
        found_.begin(), found_.end(),
        [](const Contradiction& a, const Contradiction& b) { return a.start < b.start; });
    return std::move(found_);
  }

 private:
  void CheckEntry(size_t index) {
    const LedgerEntryView& entry = data_.ledger().entries[index];
    if (!IsMeantToBeSealed(entry.reason, entry.backend)) {
      if (!MayBeLeftOut(entry))
        Add(entry, fmt::format("left out, \"{}\", which is not so", ReasonText(entry.reason)));
      return;
    }
    if (!attacked_[index]) Add(entry, "was not attacked");
    CheckMapped(entry);
  }

  // Whether the reason why the entry is not sealed is one that the loader can have.
  bool MayBeLeftOut(const LedgerEntryView& entry) const {
    switch (entry.reason) {
      case SIGNET_REASON_NOT_SELECTED:
        return (data_.wanted.kinds >> entry.kind & 1) == 0;
      case SIGNET_REASON_NOT_MARKED:
        return (data_.wanted.kinds & SIGNET_MARKED_ONLY) != 0;
      case SIGNET_REASON_MUTABLE:
        return entry.kind == SIGNET_KIND_DATA;
      case SIGNET_REASON_SELF_RELOCATED:
        return entry.kind == SIGNET_KIND_RELRO && IsStatic();
      default:
        return false;
    }
  }

  bool IsStatic() const {
    const auto& modules = data_.ledger().modules;
    return std::none_of(modules.begin(), modules.end(), [](const LedgerModuleView& module) {
      return module.origin == SIGNET_ORIGIN_LIBRARY || module.origin == SIGNET_ORIGIN_ADOPTED;
    });
  }

  void CheckMapped(const LedgerEntryView& entry) {
    const auto& mappings = data_.snapshot.mappings;
    uint64_t position = entry.start;
    for (auto mapping = FirstBehind(mappings, position); position < entry.end; ++mapping) {
      const bool last = mapping == mappings.end() || mapping->start >= entry.end;
      if (position < (last ? entry.end : mapping->start)) Add(entry, "not mapped");
      if (last) return;
      CheckMapping(entry, *mapping);
      position = mapping->end;
    }
  }

  void CheckMapping(const LedgerEntryView& entry, const SmapsMapping& mapping) {
    const bool by_kernel =
        data_.wanted.backend == SIGNET_BACKEND_KERNEL || entry.backend == SIGNET_BACKEND_KERNEL;
    if (by_kernel && !mapping.sealed) Add(entry, "not sealed by the kernel");
    if (!HasProtection(entry, mapping))
      Add(entry, fmt::format("its protection is {}", mapping.permissions));
  }

  // Whether the mapping may be used as memory of that kind is, and not in more ways.
  bool HasProtection(const LedgerEntryView& entry, const SmapsMapping& mapping) const {
    switch (entry.kind) {
      case SIGNET_KIND_TEXT:
        return mapping.executable() && (!mapping.writable() || IsWritableCode(entry.start));
      case SIGNET_KIND_RODATA:
      case SIGNET_KIND_RELRO:
        return !mapping.writable() && !mapping.executable();
      case SIGNET_KIND_GAP:
        return !mapping.readable() && !mapping.writable() && !mapping.executable();
      case SIGNET_KIND_VDSO:
        return !mapping.writable();
      default:
        return true;  // variables: what may be written proves nothing
    }
  }

  // Whether the headers of a module demand it.
  bool IsWritableCode(uint64_t address) const {
    const auto& images = data_.snapshot.images.modules;
    const auto image = FirstBehind(images, address);
    if (image == images.end()) return false;
    return std::any_of(image->segments.begin(), image->segments.end(), [&](const Segment& segment) {
      constexpr uint32_t kBoth = PF_W | PF_X;
      return segment.start <= address && address < segment.end && (segment.flags & kBoth) == kBoth;
    });
  }

  void CheckImage(const ModuleImage& image) {
    for (const Segment& segment : image.segments) {
      if ((segment.flags & PF_W) == 0)
        CheckListed(segment.start, segment.end, image.soname, "read-only");
    }
    CheckListed(image.relro_start, image.relro_end, image.soname, "RELRO");
  }

  // Finds the parts of a range that no entry of the ledger covers.
  void CheckListed(uint64_t start, uint64_t end, std::string_view module, const char* what) {
    const auto& entries = data_.ledger().entries;
    for (auto entry = FirstBehind(entries, start); start < end; ++entry) {
      const uint64_t stop = entry == entries.end() ? end : std::min(entry->start, end);
      if (start < stop)
        found_.push_back({start, stop, module, fmt::format("{}, and not in the ledger", what)});
      if (entry == entries.end()) return;
      start = std::max(start, entry->end);
    }
  }

  void Add(const LedgerEntryView& entry, std::string_view what) {
    found_.push_back({entry.start, entry.end, data_.ledger().modules[entry.module].name,
                      fmt::format("{}: {}", KindName(entry.kind), what)});
  }

  const AttackData& data_;
  std::vector<bool> attacked_;  // by entry
  std::vector<Contradiction> found_;
};

}  // namespace

std::vector<Contradiction> FindContradictions(const AttackData& data) {
  return Finder(data).Find();
}

}  // namespace signet::tool

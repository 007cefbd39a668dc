// SPDX-License-Identifier: MIT
//
// See contradictions.h. There are two questions. Is each range that the ledger lists as the loader
// wanted it? And is everything in the ledger that the kernel executes, or keeps read-only for a
// module? Before the program runs, everything must be. Once it has run, it may have more: but what
// was sealed before must still be listed as sealed.
#include "tool/verify/contradictions.h"

#include <elf.h>
#include <fmt/format.h>

#include <algorithm>

#include "protocol/ledger_names.h"

namespace signet::tool {
namespace {

constexpr const char* kCut = "too many headers of modules; not read from here on";

// The first of a sorted list of ranges that ends behind `address`.
template <typename Range>
auto FirstBehind(const std::vector<Range>& ranges, uint64_t address) {
  return std::upper_bound(ranges.begin(), ranges.end(), address,
                          [](uint64_t wanted, const Range& range) { return wanted < range.end; });
}

bool IsListed(const LedgerView& ledger, uint64_t address) {
  const auto entry = FirstBehind(ledger.entries, address);
  return entry != ledger.entries.end() && entry->start <= address;
}

// Finds the parts of a range that no entry of the ledger covers.
template <typename Covers, typename Emit>
void ForEachUncovered(const LedgerView& ledger, uint64_t start, uint64_t end, Covers covers,
                      Emit emit) {
  const auto& entries = ledger.entries;
  for (auto entry = FirstBehind(entries, start); start < end; ++entry) {
    while (entry != entries.end() && entry->start < end && !covers(*entry)) ++entry;
    const uint64_t stop = entry == entries.end() ? end : std::min(entry->start, end);
    if (start < stop) emit(start, stop);
    if (entry == entries.end()) return;
    start = std::max(start, entry->end);
  }
}

bool IsAny(const LedgerEntryView& /*entry*/) { return true; }
bool IsSealed(const LedgerEntryView& entry) { return entry.backend != SIGNET_BACKEND_NONE; }

// Code that is nobody's: the stack may be executable, and the vsyscall page is.
bool IsCode(const SmapsMapping& mapping) {
  return mapping.executable() && mapping.path != "[vsyscall]" && mapping.path != "[stack]";
}

// Looks at one snapshot.
class Finder {
 public:
  Finder(const Snapshot& snapshot, const SealsWanted& wanted, std::vector<Finding>& found)
      : snapshot_(snapshot), wanted_(wanted), found_(found) {}

  // Once the program has run, ranges may stay unsealed for more reasons.
  void CheckEntries(bool has_run) {
    for (const LedgerEntryView& entry : ledger().entries) {
      if (IsMeantToBeSealed(entry.reason, entry.backend)) {
        CheckMapped(entry);
      } else if (!MayBeLeftOut(entry) && !(has_run && MayStayUnsealed(entry))) {
        Add(entry, fmt::format("left out, \"{}\", which is not so", ReasonText(entry.reason)));
      }
    }
  }

  void CheckAttacked(const std::vector<AttackRecord>& records) {
    std::vector<bool> attacked(ledger().entries.size());
    for (const AttackRecord& record : records) attacked[record.entry] = true;
    for (size_t i = 0; i < attacked.size(); ++i) {
      const LedgerEntryView& entry = ledger().entries[i];
      if (!attacked[i] && IsAttacked(entry.reason, entry.backend)) Add(entry, "was not attacked");
    }
  }

  // Everything that the kernel executes or keeps read-only for a module is in the ledger.
  void CheckUnlisted() {
    for (const ModuleImage& image : snapshot_.images.modules) CheckImage(image);
    if (const auto cut_at = snapshot_.images.cut_at)
      found_.push_back({*cut_at, UINT64_MAX, "", kCut});
    for (const SmapsMapping& mapping : snapshot_.mappings) {
      if (IsCode(mapping)) CheckListed(mapping.start, mapping.end, mapping.path, "executable");
    }
  }

  // What was sealed before the program ran is still listed as sealed.
  void CheckKept(const Snapshot& before) {
    for (const LedgerEntryView& entry : before.ledger->entries) {
      if (!IsSealed(entry)) continue;
      ForEachUncovered(ledger(), entry.start, entry.end, IsSealed,
                       [&](uint64_t start, uint64_t end) {
                         found_.push_back({start, end, before.ledger->modules[entry.module].name,
                                           "sealed before the program ran, and not any more"});
                       });
    }
  }

 private:
  const LedgerView& ledger() const { return *snapshot_.ledger; }

  // Whether the reason why the entry is not sealed is one that the loader can have.
  bool MayBeLeftOut(const LedgerEntryView& entry) const {
    switch (entry.reason) {
      case SIGNET_REASON_NOT_SELECTED:
        return (wanted_.kinds >> entry.kind & 1) == 0;
      case SIGNET_REASON_NOT_MARKED:
        return (wanted_.kinds & SIGNET_MARKED_ONLY) != 0;
      case SIGNET_REASON_MUTABLE:
        return entry.kind == SIGNET_KIND_DATA;
      case SIGNET_REASON_SELF_RELOCATED:
        return entry.kind == SIGNET_KIND_RELRO && IsStatic();
      default:
        return false;
    }
  }

  bool MayStayUnsealed(const LedgerEntryView& entry) const {
    switch (entry.reason) {
      case SIGNET_REASON_DLOPENED:
        return !wanted_.seals_dlopened;
      case SIGNET_REASON_NOT_ADOPTED:
        return true;
      case SIGNET_REASON_NOT_WATCHED:
      case SIGNET_REASON_NOT_CLOSED:
        return entry.kind == SIGNET_KIND_RELRO && IsStatic();
      default:
        return false;
    }
  }

  bool IsStatic() const {
    const auto& modules = ledger().modules;
    return std::none_of(modules.begin(), modules.end(), [](const LedgerModuleView& module) {
      return module.origin == SIGNET_ORIGIN_LIBRARY || module.origin == SIGNET_ORIGIN_ADOPTED;
    });
  }

  void CheckMapped(const LedgerEntryView& entry) {
    const auto& mappings = snapshot_.mappings;
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
        wanted_.backend == SIGNET_BACKEND_KERNEL || entry.backend == SIGNET_BACKEND_KERNEL;
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
    const auto& images = snapshot_.images.modules;
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

  void CheckListed(uint64_t start, uint64_t end, std::string_view module, const char* what) {
    ForEachUncovered(ledger(), start, end, IsAny, [&](uint64_t from, uint64_t to) {
      found_.push_back({from, to, module, fmt::format("{}, and not in the ledger", what)});
    });
  }

  void Add(const LedgerEntryView& entry, std::string_view what) {
    found_.push_back({entry.start, entry.end, ledger().modules[entry.module].name,
                      fmt::format("{}: {}", KindName(entry.kind), what)});
  }

  const Snapshot& snapshot_;
  const SealsWanted& wanted_;
  std::vector<Finding>& found_;
};

// Whether the loader, not the user, is the reason why the entry is not sealed.
bool StaysOpen(const LedgerEntryView& entry) {
  return !IsMeantToBeSealed(entry.reason, entry.backend) &&
         entry.reason != SIGNET_REASON_NOT_SELECTED && entry.reason != SIGNET_REASON_NOT_MARKED &&
         entry.reason != SIGNET_REASON_MUTABLE;
}

std::string_view NameOf(const ModuleImage& image, const std::vector<SmapsMapping>& mappings) {
  if (!image.soname.empty()) return image.soname;
  const SmapsMapping* first = FindMapping(mappings, image.start);
  const std::string_view path = first != nullptr ? std::string_view(first->path) : "";
  return path.substr(path.rfind('/') + 1);
}

// What a program that has run has beside the sealed modules: one finding for a module.
std::vector<Finding> FindUnsealed(const Snapshot& snapshot) {
  const LedgerView& ledger = *snapshot.ledger;
  std::vector<Finding> found;
  for (const LedgerEntryView& entry : ledger.entries) {
    if (!StaysOpen(entry)) continue;
    found.push_back({entry.start, entry.end, ledger.modules[entry.module].name,
                     fmt::format("{}: {}", KindName(entry.kind), ReasonText(entry.reason))});
  }
  std::vector<Finding> modules;
  for (const ModuleImage& image : snapshot.images.modules) {
    if (IsListed(ledger, image.start)) continue;
    modules.push_back({image.start, image.end, NameOf(image, snapshot.mappings),
                       "not adopted: libc opened it and no call has come since, or the program "
                       "has mapped it"});
  }
  for (const SmapsMapping& mapping : snapshot.mappings) {
    if (!IsCode(mapping)) continue;
    const auto module = FirstBehind(modules, mapping.start);
    if (module != modules.end() && module->start <= mapping.start) continue;
    ForEachUncovered(ledger, mapping.start, mapping.end, IsAny, [&](uint64_t start, uint64_t end) {
      found.push_back({start, end, mapping.path, "executable memory of the program's own"});
    });
  }
  found.insert(found.end(), modules.begin(), modules.end());
  if (const auto cut_at = snapshot.images.cut_at) found.push_back({*cut_at, UINT64_MAX, "", kCut});
  return found;
}

void SortByAddress(std::vector<Finding>& findings) {
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.start < b.start; });
}

}  // namespace

Findings FindContradictions(const AttackData& data) {
  Findings found;
  const bool has_run = data.before.has_value();
  Finder now(data.snapshot, data.wanted, found.contradictions);
  now.CheckEntries(has_run);
  now.CheckAttacked(data.records);
  if (has_run) {
    now.CheckKept(*data.before);
    found.unsealed = FindUnsealed(data.snapshot);
    Finder before(*data.before, data.wanted, found.contradictions);
    before.CheckEntries(false);
    before.CheckUnlisted();
  } else {
    now.CheckUnlisted();
  }
  SortByAddress(found.contradictions);
  SortByAddress(found.unsealed);
  return found;
}

bool CameLater(const AttackData& data, const LedgerEntryView& entry) {
  if (!data.before) return false;
  return !IsListed(*data.before->ledger, entry.start);
}

}  // namespace signet::tool

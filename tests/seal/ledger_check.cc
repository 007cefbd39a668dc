// SPDX-License-Identifier: MIT
#include "tests/seal/ledger_check.h"

#include <algorithm>
#include <tuple>
#include <vector>

namespace signet::test {
namespace {

std::string EntryFaults(const ProcessImage& image, const tool::LedgerView& ledger,
                        const tool::LedgerEntryView& entry) {
  const tool::LedgerModuleView& module = ledger.modules[entry.module];
  std::string report;
  const auto fault = [&report, &entry](const std::string& sentence) {
    report += Format("ledger: %lx-%lx: %s\n", entry.start, entry.end, sentence.c_str());
  };
  const bool selected = (ledger.selected_kinds >> entry.kind & 1) != 0;
  // The kernel's data for the vdso (vvar) belongs to its range.
  if (entry.kind != SIGNET_KIND_VDSO && (entry.start < module.start || entry.end > module.end)) {
    fault("outside " + std::string(module.path));
  }
  if ((entry.backend == SIGNET_BACKEND_KERNEL) != (entry.reason == SIGNET_REASON_SEALED) ||
      (entry.error != 0) !=
          (entry.reason == SIGNET_REASON_REFUSED || entry.reason == SIGNET_REASON_NO_MSEAL) ||
      selected == (entry.reason == SIGNET_REASON_NOT_SELECTED) ||
      (entry.reason == SIGNET_REASON_NOT_MARKED &&
       (ledger.selected_kinds & SIGNET_MARKED_ONLY) == 0)) {
    fault(Format("reason %d does not fit", entry.reason));
  }
  for (uint64_t at = entry.start; at < entry.end;) {
    const auto [end, mapping] = image.Piece(at, entry.end);
    const bool sealed = mapping != nullptr && mapping->sealed;
    // The vdso may have been sealed by the kernel itself.
    if (sealed != (entry.backend == SIGNET_BACKEND_KERNEL) &&
        !(sealed && entry.kind == SIGNET_KIND_VDSO)) {
      fault(Format("the kernel says otherwise at %lx", at));
    }
    if (sealed && entry.kind != SIGNET_KIND_DATA && entry.kind != SIGNET_KIND_TEXT &&
        mapping->perms[1] == 'w') {
      fault(Format("writable at %lx", at));
    }
    at = end;
  }
  return report;
}

// Adjacent ranges of one kind become one, so that two ways of cutting them compare equal.
std::vector<Range> Merge(const std::vector<Range>& ranges) {
  std::vector<Range> merged;
  for (const Range& range : ranges) {
    if (!merged.empty() && merged.back().end == range.start && merged.back().kind == range.kind) {
      merged.back().end = range.end;
    } else {
      merged.push_back(range);
    }
  }
  return merged;
}

}  // namespace

std::string LedgerFaults(const ProcessImage& image, const tool::LedgerView& ledger) {
  std::string report;
  std::vector<Range> ranges;
  Range stand_in = {};
  for (const tool::LedgerEntryView& entry : ledger.entries) {
    report += EntryFaults(image, ledger, entry);
    // These two are no modules with headers.
    const tool::LedgerModuleView& module = ledger.modules[entry.module];
    if (module.origin == SIGNET_ORIGIN_STAND_IN) {
      stand_in = {entry.start, entry.end, entry.kind};
    } else if (module.name != "ld.so.cache") {
      ranges.push_back({entry.start, entry.end, entry.kind});
    }
  }

  const auto differ = [&](const std::vector<Range>& some, const std::vector<Range>& others,
                          const char* sentence) {
    for (const Range& range : some) {
      if (std::ranges::find(others, range) != others.end()) continue;
      report += Format("%s: %lx-%lx %s %s\n", sentence, range.start, range.end,
                       KindName(range.kind).data(), image.OwnerOf(range.start).c_str());
    }
  };
  std::vector<Range> expected = Merge(image.AllRanges());
  // The stand-in program may lie at the end of the loader's data.
  for (Range& range : expected) {
    if (range.kind == SIGNET_KIND_DATA && range.end == stand_in.end) range.end = stand_in.start;
  }
  ranges = Merge(ranges);
  if ((ledger.selected_kinds >> SIGNET_KIND_VDSO & 1) == 0) {
    // Then the loader need not know where vvar is.
    const auto is_vdso = [](const Range& range) { return range.kind == SIGNET_KIND_VDSO; };
    std::erase_if(expected, is_vdso);
    std::erase_if(ranges, is_vdso);
  }
  differ(expected, ranges, "not in the ledger");
  differ(ranges, expected, "only in the ledger");

  for (const LoadedModule& module : image.modules()) {
    const bool listed =
        std::ranges::any_of(ledger.modules, [&module](const tool::LedgerModuleView& other) {
          return std::tie(module.start, module.end, module.load_bias) ==
                 std::tie(other.start, other.end, other.load_bias);
        });
    if (!listed) report += "no such module in the ledger: " + module.path + "\n";
  }
  return report;
}

}  // namespace signet::test

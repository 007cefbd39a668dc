// SPDX-License-Identifier: MIT
//
// See verify_report.h.
#include "tool/verify/verify_report.h"

#include <algorithm>

namespace signet::tool {
namespace {

// True for memory that madvise treats as anonymous: no byte of it belongs to a file or to the
// kernel.
bool IsAnonymous(const std::vector<SmapsMapping>& mappings, const LedgerEntryView& entry) {
  if (entry.kind == SIGNET_KIND_VDSO) return false;
  auto mapping = std::upper_bound(
      mappings.begin(), mappings.end(), entry.start,
      [](uint64_t start, const SmapsMapping& candidate) { return start < candidate.end; });
  for (; mapping != mappings.end() && mapping->start < entry.end; ++mapping) {
    if (mapping->inode != 0) return false;
  }
  return true;
}

void Count(const AttackRecord& record, const AttackVerdict& verdict, AttackSum& sum) {
  ++sum.tried;
  if (record.signal == 0) sum.answers.insert(record.answer);
  switch (verdict.outcome) {
    case Outcome::kDenied:
      ++sum.denied;
      break;
    case Outcome::kByDesign:
      ++sum.by_design;
      sum.reasons.insert(verdict.reason);
      break;
    case Outcome::kBreach:
      ++sum.breaches;
      break;
  }
}

}  // namespace

VerifyReport BuildVerifyReport(const AttackData& data) {
  VerifyReport report;
  report.data = &data;
  report.contradictions = FindContradictions(data);
  const auto& entries = data.ledger().entries;
  std::vector<RangeFacts> facts;
  facts.reserve(entries.size());
  for (const LedgerEntryView& entry : entries)
    facts.push_back({entry.kind, entry.backend, IsAnonymous(data.snapshot.mappings, entry)});

  std::vector<bool> attacked(entries.size());
  for (const AttackRecord& record : data.records) {
    const RangeFacts& range = facts[record.entry];
    const AttackVerdict verdict = Judge(range, record);
    attacked[record.entry] = true;
    Count(record, verdict,
          report.attacks[{record.call, record.argument, record.part, record.way, range.kind,
                          range.backend}]);
    Count(record, verdict, report.total);
    if (verdict.outcome == Outcome::kBreach)
      report.breaches.push_back({&entries[record.entry], &record, verdict.reason});
  }
  for (size_t i = 0; i < entries.size(); ++i) {
    ++(attacked[i] ? report.attacked[entries[i].kind] : report.left_out);
  }
  return report;
}

AttackRecord RecordOf(const AttackKey& key) {
  return {.entry = 0,
          .call = key.call,
          .part = key.part,
          .way = key.way,
          .signal = 0,
          .argument = key.argument,
          .effects = 0,
          .answer = 0};
}

}  // namespace signet::tool

// SPDX-License-Identifier: MIT
//
// See verify_report.h.
#include "tool/verify/verify_report.h"

#include <algorithm>
#include <utility>

namespace signet::tool {
namespace {

// Whether `is_so` is true of every mapping that has a part of the entry.
template <typename Predicate>
bool AllMappings(const std::vector<SmapsMapping>& mappings, const LedgerEntryView& entry,
                 Predicate is_so) {
  auto mapping = std::upper_bound(
      mappings.begin(), mappings.end(), entry.start,
      [](uint64_t start, const SmapsMapping& candidate) { return start < candidate.end; });
  for (; mapping != mappings.end() && mapping->start < entry.end; ++mapping) {
    if (!is_so(*mapping)) return false;
  }
  return true;
}

// The kernel says whether code is writable. Whether it may be is not for this report to say: the
// contradictions do (contradictions.h).
RangeFacts FactsOf(const std::vector<SmapsMapping>& mappings, const LedgerEntryView& entry) {
  const auto has_no_file = [](const SmapsMapping& mapping) { return mapping.inode == 0; };
  const auto is_writable = [](const SmapsMapping& mapping) { return mapping.writable(); };
  const bool anonymous =
      entry.kind != SIGNET_KIND_VDSO && AllMappings(mappings, entry, has_no_file);
  const bool writable =
      entry.kind == SIGNET_KIND_DATA ||
      (entry.kind == SIGNET_KIND_TEXT && AllMappings(mappings, entry, is_writable));
  return {entry.kind, entry.backend, anonymous, writable};
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

void CountRange(const AttackData& data, const LedgerEntryView& entry, bool is_attacked,
                VerifyReport& report) {
  if (is_attacked) {
    ++report.attacked[entry.kind];
    if (CameLater(data, entry)) ++report.later[data.ledger().modules[entry.module].name];
  } else {
    ++(entry.reason == SIGNET_REASON_OWN ? report.own : report.left_out);
  }
}

}  // namespace

VerifyReport BuildVerifyReport(const AttackData& data) {
  VerifyReport report;
  report.data = &data;
  Findings findings = FindContradictions(data);
  report.contradictions = std::move(findings.contradictions);
  report.unsealed = std::move(findings.unsealed);
  const auto& entries = data.ledger().entries;
  std::vector<RangeFacts> facts;
  facts.reserve(entries.size());
  for (const LedgerEntryView& entry : entries)
    facts.push_back(FactsOf(data.snapshot.mappings, entry));

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
  for (size_t i = 0; i < entries.size(); ++i) CountRange(data, entries[i], attacked[i], report);
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

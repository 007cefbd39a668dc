// SPDX-License-Identifier: MIT
//
// See PrintVerifyJson in print_verify.h.
#include <string>
#include <utility>

#include "protocol/ledger_names.h"
#include "tool/json_text.h"
#include "tool/verify/print_verify.h"

namespace signet::tool {
namespace {

// Items of one list, because a process can report any number, each with a name as long as a path.
constexpr size_t kMostListed = 10'000;

// null if the program has not run.
Json TimeJson(const AttackTime& time) {
  if (!time.is_after_a_run()) return nullptr;
  if (time.kind == AttackTime::Kind::kAtItsStop) return "stop";
  return time.seconds.count();
}

// The fields that attacks and breaches have in common.
Json AttackJson(const AttackRecord& record) {
  return {{"attack", AttackName(record)},
          {"detail", AttackDetail(record)},
          {"by", WayName(static_cast<AttackWay>(record.way))}};
}

Json SumJson(const AttackKey& key, const AttackSum& sum) {
  Json json = AttackJson(RecordOf(key));
  Json answers = Json::array();
  for (const int answer : sum.answers) answers.push_back(AnswerName(answer));
  json.update({{"kind", KindName(key.kind)},
               {"sealed", BackendName(key.backend)},
               {"tried", sum.tried},
               {"denied", sum.denied},
               {"by_design", sum.by_design},
               {"breaches", sum.breaches},
               {"answers", answers},
               {"reasons", sum.reasons}});
  return json;
}

Json BreachJson(const VerifyReport& report, const Breach& breach) {
  const LedgerEntryView& entry = *breach.entry;
  const AttackRecord& record = *breach.record;
  Json json = AttackJson(record);
  json.update({{"start", HexText(entry.start)},
               {"end", HexText(entry.end)},
               {"kind", KindName(entry.kind)},
               {"sealed", BackendName(entry.backend)},
               {"module", report.data->ledger().modules[entry.module].name},
               {"answer", record.signal == 0 ? Json(AnswerName(record.answer)) : Json(nullptr)},
               {"effects", EffectNames(record)},
               {"expected", breach.expected.empty() ? Json(nullptr) : Json(breach.expected)}});
  return json;
}

Json RangesJson(const VerifyReport& report) {
  Json attacked = Json::object();
  for (uint32_t kind = 0; kind < SIGNET_KIND_COUNT; ++kind)
    attacked[std::string(KindName(static_cast<signet_kind>(kind)))] = report.attacked[kind];
  Json later = Json::object();
  for (const auto& [name, count] : report.later) {
    if (later.size() == kMostListed) break;
    later[std::string(name)] = count;
  }
  return {{"attacked", attacked},
          {"later", std::move(later)},
          {"left_out", report.left_out},
          {"own", report.own}};
}

Json FindingJson(const Finding& finding, const char* what) {
  return {{"start", HexText(finding.start)},
          {"end", HexText(finding.end)},
          {"module", finding.module},
          {what, finding.what}};
}

template <typename Item, typename MakeJson>
Json ListJson(const std::vector<Item>& items, MakeJson make) {
  Json list = Json::array();
  for (const Item& item : items) {
    if (list.size() == kMostListed) break;
    list.push_back(make(item));
  }
  return list;
}

Json TotalJson(const VerifyReport& report) {
  return {{"attacks", report.total.tried},
          {"denied", report.total.denied},
          {"by_design", report.total.by_design},
          {"breaches", report.breach_count()},
          {"unsealed", report.unsealed.size()}};
}

}  // namespace

void PrintVerifyJson(std::ostream& out, const VerifyReport& report, std::string_view program,
                     const KernelInfo& kernel) {
  Json attacks = Json::array();
  for (const auto& [key, sum] : report.attacks) attacks.push_back(SumJson(key, sum));
  Json breaches =
      ListJson(report.breaches, [&](const Breach& breach) { return BreachJson(report, breach); });
  PrintJsonValue(out,
                 {{"program", program},
                  {"kernel", KernelJson(kernel, kernel.mseal_denied)},
                  {"after", TimeJson(report.data->time)},
                  {"backend", BackendName(report.data->ledger().backend)},
                  {"ranges", RangesJson(report)},
                  {"attacks", std::move(attacks)},
                  {"breaches", std::move(breaches)},
                  {"contradictions",
                   ListJson(report.contradictions,
                            [](const Finding& finding) { return FindingJson(finding, "kernel"); })},
                  {"unsealed",
                   ListJson(report.unsealed,
                            [](const Finding& finding) { return FindingJson(finding, "reason"); })},
                  {"summary", TotalJson(report)}});
}

}  // namespace signet::tool

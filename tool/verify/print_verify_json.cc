// SPDX-License-Identifier: MIT
//
// See PrintVerifyJson in print_verify.h.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tool/dump/report.h"
#include "tool/json_text.h"
#include "tool/verify/print_verify.h"

namespace signet::tool {
namespace {

std::string_view NameOf(signet_kind kind) { return KindName(static_cast<Kind>(kind)); }

// What a key and a record have in common.
Json AttackJson(const AttackRecord& record) {
  return {{"attack", AttackName(record)},
          {"detail", AttackDetail(record)},
          {"by", WayName(static_cast<AttackWay>(record.way))}};
}

Json SumJson(const AttackKey& key, const AttackSum& sum) {
  Json json = AttackJson(RecordOf(key));
  Json answers = Json::array();
  for (const int answer : sum.answers) answers.push_back(AnswerName(answer));
  json.update({{"kind", NameOf(key.kind)},
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
  const LedgerEntry& entry = *breach.entry;
  const AttackRecord& record = *breach.record;
  Json json = AttackJson(record);
  json.update({{"start", Hex(entry.start)},
               {"end", Hex(entry.end)},
               {"kind", NameOf(entry.kind)},
               {"sealed", BackendName(entry.backend)},
               {"module", report.data->ledger.modules[entry.module].name},
               {"answer", record.signal == 0 ? Json(AnswerName(record.answer)) : Json(nullptr)},
               {"effects", EffectNames(record)},
               {"expected", breach.expected.empty() ? Json(nullptr) : Json(breach.expected)}});
  return json;
}

Json RangesJson(const VerifyReport& report) {
  Json attacked = Json::object();
  for (uint32_t kind = 0; kind < SIGNET_KIND_COUNT; ++kind)
    attacked[std::string(NameOf(static_cast<signet_kind>(kind)))] = report.attacked[kind];
  return {{"attacked", attacked}, {"left_out", report.left_out}};
}

Json TotalJson(const AttackSum& total) {
  return {{"attacks", total.tried},
          {"denied", total.denied},
          {"by_design", total.by_design},
          {"breaches", total.breaches}};
}

}  // namespace

void PrintVerifyJson(std::ostream& out, const VerifyReport& report, std::string_view program,
                     const KernelInfo& kernel) {
  out << "{\n  \"program\": " << JsonText(Json(program));
  out << ",\n  \"kernel\": "
      << JsonText(Json{{"release", kernel.release}, {"mseal", kernel.has_mseal}});
  out << ",\n  \"backend\": " << JsonText(Json(BackendName(report.data->ledger.backend)));
  out << ",\n  \"ranges\": " << JsonText(RangesJson(report));
  out << ",\n  \"attacks\": ";
  PrintArray(out, report.attacks,
             [](const auto& attack) { return SumJson(attack.first, attack.second); });
  out << ",\n  \"breaches\": ";
  PrintArray(out, report.breaches,
             [&report](const Breach& breach) { return BreachJson(report, breach); });
  out << ",\n  \"summary\": " << JsonText(TotalJson(report.total)) << "\n}\n";
}

}  // namespace signet::tool

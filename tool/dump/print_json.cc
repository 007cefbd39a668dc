// SPDX-License-Identifier: MIT
//
// See PrintJson in print.h.
#include <string>

#include "tool/dump/print.h"
#include "tool/json_text.h"

namespace signet::tool {
namespace {

Json MappingJson(const Report& report, const Row& row) {
  return {{"start", Hex(row.start)},
          {"end", Hex(row.end)},
          {"perms", row.mapping->permissions},
          {"kind", KindName(row.kind)},
          {"sealed", SealedByName(row.sealed_by)},
          {"module", row.module ? report.modules[*row.module].name : ""},
          {"path", RowPath(report, row)},
          {"reason", RowReason(report, row)}};
}

Json TotalJson(const Total& total) {
  return {
      {"bytes", total.bytes}, {"sealed", total.sealed()}, {"sealed_by_kernel", total.by_kernel}};
}

// null where there is no ledger.
Json LedgerJson(const Snapshot& snapshot) {
  if (!snapshot.ledger) return nullptr;
  Json kinds = Json::array();
  for (uint32_t i = 0; i < SIGNET_KIND_COUNT; ++i) {
    if ((snapshot.ledger->selected_kinds >> i & 1) != 0) {
      kinds.push_back(KindName(static_cast<Kind>(i)));
    }
  }
  return {{"version", snapshot.ledger->version},
          {"backend", BackendName(snapshot.ledger->backend)},
          {"kinds", kinds},
          {"marked_only", (snapshot.ledger->selected_kinds & SIGNET_MARKED_ONLY) != 0},
          {"filtered", (snapshot.ledger->selected_kinds & SIGNET_FILTERED) != 0}};
}

Json KindsJson(const Report& report) {
  Json kinds = Json::object();
  for (size_t i = 0; i < kKindCount; ++i) {
    if (report.kinds[i].bytes == 0) continue;
    kinds[std::string(KindName(static_cast<Kind>(i)))] = TotalJson(report.kinds[i]);
  }
  return kinds;
}

Json ModuleJson(const ReportModule& module) {
  Json json = {{"module", module.name}, {"path", module.path}, {"marked", nullptr}};
  if (module.marked) json["marked"] = *module.marked;
  json.update(TotalJson(module.total));
  return json;
}

Json DifferenceJson(const Difference& difference) {
  return {{"start", Hex(difference.start)},
          {"end", Hex(difference.end)},
          {"module", difference.module},
          {"ledger", difference.ledger},
          {"kernel", difference.kernel}};
}

}  // namespace

void PrintJson(std::ostream& out, const Report& report, const KernelInfo& kernel) {
  const Json kernel_json = {{"release", kernel.release}, {"mseal", kernel.has_mseal}};
  out << "{\n  \"pid\": " << report.snapshot->pid << ",\n  \"kernel\": " << JsonText(kernel_json);
  out << ",\n  \"mappings\": ";
  PrintArray(out, report.rows, [&report](const Row& row) { return MappingJson(report, row); });
  out << ",\n  \"summary\": {\n  \"ledger\": " << JsonText(LedgerJson(*report.snapshot));
  out << ",\n  \"total\": " << JsonText(TotalJson(report.total));
  out << ",\n  \"kinds\": " << JsonText(KindsJson(report));
  out << ",\n  \"modules\": ";
  PrintArray(out, report.modules, ModuleJson);
  out << ",\n  \"differences\": ";
  PrintArray(out, report.differences, DifferenceJson);
  out << "\n  }\n}\n";
}

}  // namespace signet::tool

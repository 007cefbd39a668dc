// SPDX-License-Identifier: MIT
//
// See PrintJson in print.h.
#include <string>
#include <utility>

#include "protocol/ledger_names.h"
#include "tool/dump/print.h"
#include "tool/json_text.h"

namespace signet::tool {
namespace {

Json MappingJson(const Report& report, const Row& row) {
  return {{"start", HexText(row.start)},
          {"end", HexText(row.end)},
          {"perms", row.mapping->permissions},
          {"kind", PageKindName(row.kind)},
          {"sealed", SealedByName(row.sealed_by)},
          {"module", row.module ? report.modules[*row.module].name : ""},
          {"path", RowPath(report, row)},
          {"reason", RowReason(report, row)}};
}

Json TotalJson(const Total& total) {
  return {
      {"bytes", total.bytes}, {"sealed", total.sealed()}, {"sealed_by_kernel", total.by_kernel}};
}

// null if there is no ledger.
Json LedgerJson(const Snapshot& snapshot) {
  if (!snapshot.ledger) return nullptr;
  Json kinds = Json::array();
  for (uint32_t i = 0; i < SIGNET_KIND_COUNT; ++i) {
    if ((snapshot.ledger->selected_kinds >> i & 1) != 0) {
      kinds.push_back(KindName(static_cast<signet_kind>(i)));
    }
  }
  return {{"version", snapshot.ledger->version},
          {"backend", BackendName(snapshot.ledger->backend)},
          {"kinds", kinds},
          {"marked_only", (snapshot.ledger->selected_kinds & SIGNET_MARKED_ONLY) != 0},
          {"filtered", (snapshot.ledger->selected_kinds & SIGNET_FILTERED) != 0}};
}

// null if all headers of modules were read.
Json CutJson(const Images& images) {
  return images.cut_at ? Json(HexText(*images.cut_at)) : Json(nullptr);
}

// null if all names are whole.
Json NamesJson(const Report& report) {
  return report.names_cut_at ? Json(*report.names_cut_at) : Json(nullptr);
}

Json KindsJson(const Report& report) {
  Json kinds = Json::object();
  for (size_t i = 0; i < kPageKindCount; ++i) {
    if (report.kinds[i].bytes == 0) continue;
    kinds[std::string(PageKindName(static_cast<PageKind>(i)))] = TotalJson(report.kinds[i]);
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
  return {{"start", HexText(difference.start)},
          {"end", HexText(difference.end)},
          {"module", difference.module},
          {"ledger", difference.ledger},
          {"kernel", difference.kernel}};
}

Json SummaryJson(const Report& report) {
  Json modules = Json::array();
  for (const ReportModule& module : report.modules) modules.push_back(ModuleJson(module));
  Json differences = Json::array();
  for (const Difference& difference : report.differences)
    differences.push_back(DifferenceJson(difference));
  return {{"ledger", LedgerJson(*report.snapshot)},
          {"total", TotalJson(report.total)},
          {"headers_cut_at", CutJson(report.snapshot->images)},
          {"names_cut_at", NamesJson(report)},
          {"kinds", KindsJson(report)},
          {"modules", std::move(modules)},
          {"differences", std::move(differences)}};
}

}  // namespace

void PrintJson(std::ostream& out, const Report& report, const KernelInfo& kernel) {
  Json mappings = Json::array();
  for (const Row& row : report.rows) mappings.push_back(MappingJson(report, row));
  PrintJsonValue(out, {{"pid", report.snapshot->pid},
                       {"kernel", KernelJson(kernel, kernel.has_mseal && WasRefusedMseal(report))},
                       {"mappings", std::move(mappings)},
                       {"summary", SummaryJson(report)}});
}

}  // namespace signet::tool

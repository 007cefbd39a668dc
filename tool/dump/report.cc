// SPDX-License-Identifier: MIT
//
// See report.h. There are two steps. First everything that is known about the address space, except
// the mappings, goes into one sorted list of parts: the ledger's entries, and between them what the
// modules' headers say. Then each mapping is cut where a part begins or ends.
#include "tool/dump/report.h"

#include <elf.h>

#include <algorithm>

#include "protocol/ledger_names.h"

namespace signet::tool {
namespace {

// A range of addresses about which something is known.
struct Part {
  uint64_t start;
  uint64_t end;
  PageKind kind;
  size_t module;                 // index in Report::modules
  const LedgerEntryView* entry;  // nullptr: known from the headers
};

std::string_view LastPartOfPath(std::string_view path) { return path.substr(path.rfind('/') + 1); }

ReportModule NameModule(const LedgerModuleView& module) {
  std::string_view name = module.name;
  if (name.empty()) name = LastPartOfPath(module.path);
  if (name.empty()) name = OriginName(module.origin);
  return {.name = name, .path = module.path, .marked = std::nullopt, .total = {}};
}

ReportModule NameModule(const ModuleImage& image, const SmapsMapping& head) {
  const std::string_view path = head.has_file() ? std::string_view(head.path) : "";
  std::string_view name = image.soname;
  if (name.empty()) name = LastPartOfPath(path);
  if (name.empty()) name = head.path;
  return {.name = name, .path = path, .marked = image.marked, .total = {}};
}

PageKind SegmentKind(uint32_t flags) {
  if ((flags & PF_X) != 0) return PageKind::kText;
  if ((flags & PF_W) != 0) return PageKind::kData;
  return (flags & PF_R) != 0 ? PageKind::kRodata : PageKind::kGap;
}

// What the headers of one module say about its span: parts in ascending order, without holes.
void AppendImageParts(const ModuleImage& image, size_t module, std::vector<Part>& parts) {
  uint64_t position = image.start;
  const auto append_to = [&](uint64_t end, PageKind kind) {
    if (end <= position) return;
    parts.push_back({position, end, kind, module, nullptr});
    position = end;
  };
  for (const Segment& segment : image.segments) {
    append_to(segment.start, PageKind::kGap);
    const PageKind kind = SegmentKind(segment.flags);
    if (kind == PageKind::kData && image.relro_start < segment.end &&
        image.relro_end > segment.start) {
      append_to(image.relro_start, kind);
      append_to(std::min(image.relro_end, segment.end), PageKind::kRelro);
    }
    append_to(segment.end, kind);
  }
}

// Appends those pieces of `part` that no ledger entry covers.
void AppendUncovered(const Part& part, const std::vector<LedgerEntryView>& entries,
                     std::vector<Part>& parts) {
  Part rest = part;
  auto entry = std::upper_bound(
      entries.begin(), entries.end(), part.start,
      [](uint64_t start, const LedgerEntryView& candidate) { return start < candidate.end; });
  for (; entry != entries.end() && entry->start < part.end; ++entry) {
    if (rest.start < entry->start) {
      parts.push_back(rest);
      parts.back().end = entry->start;
    }
    rest.start = entry->end;
  }
  if (rest.start < rest.end) parts.push_back(rest);
}

// The modules of the report: those of the ledger, then those that only have headers.
class Modules {
 public:
  Modules(const Snapshot& snapshot, std::vector<ReportModule>& modules)
      : snapshot_(snapshot), modules_(modules) {
    if (!snapshot.ledger) return;
    for (const LedgerModuleView& module : snapshot.ledger->modules) {
      starts_.emplace_back(module.start, modules_.size());
      modules_.push_back(NameModule(module));
    }
    std::sort(starts_.begin(), starts_.end());
  }

  // The module that begins where `image` does, or a new one. Notes whether it is marked.
  size_t IndexOf(const ModuleImage& image) {
    const auto known =
        std::lower_bound(starts_.begin(), starts_.end(), std::pair(image.start, size_t{0}));
    if (known != starts_.end() && known->first == image.start) {
      modules_[known->second].marked = image.marked;
      return known->second;
    }
    modules_.push_back(NameModule(image, *FindMapping(snapshot_.mappings, image.start)));
    return modules_.size() - 1;
  }

 private:
  const Snapshot& snapshot_;
  std::vector<ReportModule>& modules_;
  std::vector<std::pair<uint64_t, size_t>> starts_;  // of the ledger's modules, with their index
};

std::vector<Part> CollectParts(const Snapshot& snapshot, std::vector<ReportModule>& modules) {
  static const std::vector<LedgerEntryView> no_entries;
  const auto& entries = snapshot.ledger ? snapshot.ledger->entries : no_entries;
  Modules names(snapshot, modules);

  std::vector<Part> parts;
  parts.reserve(entries.size());
  for (const LedgerEntryView& entry : entries) {
    parts.push_back(
        {entry.start, entry.end, static_cast<PageKind>(entry.kind), entry.module, &entry});
  }
  std::vector<Part> of_image;
  for (const ModuleImage& image : snapshot.images.modules) {
    of_image.clear();
    AppendImageParts(image, names.IndexOf(image), of_image);
    for (const Part& part : of_image) AppendUncovered(part, entries, parts);
  }
  std::sort(parts.begin(), parts.end(),
            [](const Part& a, const Part& b) { return a.start < b.start; });
  return parts;
}

// What a mapping is, if the name that the kernel gives it says so.
std::optional<PageKind> KindByName(const SmapsMapping& mapping) {
  const std::string_view path = mapping.path;
  if (path == "[stack]") return PageKind::kStack;
  if (path == "[heap]") return PageKind::kHeap;
  if (path == "[vsyscall]") return PageKind::kVsyscall;
  if (path == "[vdso]" || path.starts_with("[vvar")) return PageKind::kVdso;
  return std::nullopt;
}

// Finds out what pages are that the ledger does not list, and which module they belong to. `part`
// is what the headers say about them, or nullptr.
void Classify(const Part* part, Row& row) {
  const SmapsMapping& mapping = *row.mapping;
  const bool accessible = mapping.readable() || mapping.writable() || mapping.executable();
  if (const auto kind = KindByName(mapping)) {
    row.kind = *kind;
    if (part != nullptr && *kind == PageKind::kVdso) row.module = part->module;
    return;
  }
  // Accessible memory between two segments is no gap: something else was mapped there.
  if (part == nullptr || (part->kind == PageKind::kGap && accessible)) {
    row.kind = mapping.has_file() ? PageKind::kFile : PageKind::kAnon;
    return;
  }
  row.module = part->module;
  // RELRO that is still writable is not protected yet, or never will be.
  row.kind = part->kind == PageKind::kRelro && mapping.writable() ? PageKind::kData : part->kind;
}

// The protection that sealed pages were to have, or empty if the loader has not chosen it.
std::string PlannedProtection(const LedgerEntryView& entry, bool read_implies_exec) {
  if (entry.backend == SIGNET_BACKEND_NONE || (entry.protection & SIGNET_PROTECTION_PLANNED) == 0)
    return "";
  const bool is_executable = read_implies_exec && (entry.protection & SIGNET_PROTECTION_READ) != 0;
  const uint32_t executable = is_executable ? uint32_t{SIGNET_PROTECTION_EXECUTE} : 0;
  return std::string(ProtectionText(entry.protection | executable).view());
}

// Whether sealed pages have another protection than was planned.
bool HasOtherProtection(const LedgerEntryView& entry, const SmapsMapping& mapping,
                        bool read_implies_exec) {
  const std::string planned = PlannedProtection(entry, read_implies_exec);
  return !planned.empty() && !mapping.permissions.starts_with(planned);
}

Row MakeRow(uint64_t start, uint64_t end, const SmapsMapping& mapping, const Part* part,
            bool read_implies_exec) {
  Row row{.start = start,
          .end = end,
          .mapping = &mapping,
          .kind = PageKind::kAnon,
          .sealed_by = mapping.sealed ? SIGNET_BACKEND_KERNEL : SIGNET_BACKEND_NONE,
          .module = std::nullopt,
          .entry = part != nullptr ? part->entry : nullptr,
          .other_protection = false,
          .differs = false};
  if (row.entry == nullptr) {
    Classify(part, row);
    return row;
  }
  row.kind = part->kind;
  row.module = part->module;
  const signet_backend backend = row.entry->backend;
  // The kernel knows nothing of seals that another backend holds.
  if (!mapping.sealed && backend != SIGNET_BACKEND_KERNEL) row.sealed_by = backend;
  row.other_protection = HasOtherProtection(*row.entry, mapping, read_implies_exec);
  row.differs = (backend == SIGNET_BACKEND_KERNEL && !mapping.sealed) ||
                (backend == SIGNET_BACKEND_NONE && mapping.sealed) || row.other_protection ||
                row.entry->reason == SIGNET_REASON_NOT_ADOPTED;
  return row;
}

std::vector<Row> CutMappings(const Snapshot& snapshot, const std::vector<Part>& parts) {
  std::vector<Row> rows;
  auto part = parts.begin();
  for (const SmapsMapping& mapping : snapshot.mappings) {
    uint64_t position = mapping.start;
    while (position < mapping.end) {
      while (part != parts.end() && part->end <= position) ++part;
      const bool inside = part != parts.end() && part->start <= position;
      uint64_t end = mapping.end;
      if (part != parts.end()) end = std::min(end, inside ? part->end : part->start);
      rows.push_back(
          MakeRow(position, end, mapping, inside ? &*part : nullptr, snapshot.read_implies_exec));
      position = end;
    }
  }
  return rows;
}

// Finds pages of the sealed range `entry` that are not mapped at all.
void AppendUnmapped(const LedgerEntryView& entry, const std::vector<SmapsMapping>& mappings,
                    std::string_view module, std::vector<Difference>& differences) {
  uint64_t position = entry.start;
  auto mapping = std::upper_bound(
      mappings.begin(), mappings.end(), position,
      [](uint64_t start, const SmapsMapping& candidate) { return start < candidate.end; });
  for (; position < entry.end; ++mapping) {
    const bool last = mapping == mappings.end() || mapping->start >= entry.end;
    const uint64_t end = last ? entry.end : mapping->start;
    if (position < end) {
      differences.push_back(
          {position, end, module, std::string(SealText(entry.backend)), "not mapped"});
    }
    if (last) return;
    position = mapping->end;
  }
}

std::vector<Difference> FindDifferences(const Report& report) {
  std::vector<Difference> differences;
  for (const Row& row : report.rows) {
    if (!row.differs) continue;
    const bool is_adopted = row.entry->reason != SIGNET_REASON_NOT_ADOPTED;
    Difference difference = {row.start, row.end, report.modules[*row.module].name,
                             is_adopted ? std::string(SealText(row.entry->backend)) : "not adopted",
                             row.mapping->sealed ? "sealed" : "not sealed"};
    if (row.other_protection) {
      difference.ledger += ", " + PlannedProtection(*row.entry, report.snapshot->read_implies_exec);
      difference.kernel += ", " + row.mapping->permissions.substr(0, 3);
    }
    differences.push_back(std::move(difference));
  }
  if (!report.snapshot->ledger) return differences;
  for (const LedgerEntryView& entry : report.snapshot->ledger->entries) {
    if (entry.backend == SIGNET_BACKEND_NONE) continue;
    AppendUnmapped(entry, report.snapshot->mappings, report.modules[entry.module].name,
                   differences);
  }
  std::sort(differences.begin(), differences.end(),
            [](const Difference& a, const Difference& b) { return a.start < b.start; });
  return differences;
}

// The vvar pages belong to the vdso, but no header says so.
void GiveVvarToVdso(std::vector<Row>& rows) {
  const auto vdso = std::find_if(rows.begin(), rows.end(), [](const Row& row) {
    return row.kind == PageKind::kVdso && row.module.has_value();
  });
  if (vdso == rows.end()) return;
  for (Row& row : rows) {
    if (row.kind == PageKind::kVdso && !row.module) row.module = vdso->module;
  }
}

// Each row and each module shows a name and a path; a difference shows a name. All have the same
// share of the text.
void CutNames(Report& report) {
  const uint64_t shown =
      2 * (report.rows.size() + report.modules.size()) + report.differences.size() + 1;
  const uint64_t limit = std::max(kMaxNameText / shown, kLeastNameLimit);
  const auto cut = [&](std::string_view& name) {
    if (name.size() <= limit) return;
    name = name.substr(0, limit);
    report.names_cut_at = limit;
  };
  for (ReportModule& module : report.modules) {
    cut(module.name);
    cut(module.path);
  }
  for (Difference& difference : report.differences) cut(difference.module);
  for (const Row& row : report.rows) {
    if (row.mapping->path.size() > limit) report.names_cut_at = limit;
  }
}

}  // namespace

std::string_view PageKindName(PageKind kind) {
  switch (kind) {
    case PageKind::kStack:
      return "stack";
    case PageKind::kHeap:
      return "heap";
    case PageKind::kAnon:
      return "anon";
    case PageKind::kFile:
      return "file";
    case PageKind::kVsyscall:
      return "vsyscall";
    default:
      return KindName(static_cast<signet_kind>(kind));
  }
}

std::string_view SealedByName(signet_backend backend) {
  return backend == SIGNET_BACKEND_NONE ? "no" : BackendName(backend);
}

void Total::Add(const Row& row) {
  bytes += row.size();
  if (row.sealed_by == SIGNET_BACKEND_KERNEL) by_kernel += row.size();
  if (row.sealed_by == SIGNET_BACKEND_SECCOMP) by_seccomp += row.size();
  if (row.sealed_by == SIGNET_BACKEND_GUARD) by_guard += row.size();
}

Report BuildReport(const Snapshot& snapshot) {
  Report report;
  report.snapshot = &snapshot;
  const std::vector<Part> parts = CollectParts(snapshot, report.modules);
  report.rows = CutMappings(snapshot, parts);
  GiveVvarToVdso(report.rows);
  for (const Row& row : report.rows) {
    report.total.Add(row);
    report.kinds[static_cast<size_t>(row.kind)].Add(row);
    if (row.module) report.modules[*row.module].total.Add(row);
  }
  report.differences = FindDifferences(report);
  CutNames(report);
  return report;
}

std::string_view RowPath(const Report& report, const Row& row) {
  const std::string_view path = row.module ? report.modules[*row.module].path : "";
  return (path.empty() ? std::string_view(row.mapping->path) : path)
      .substr(0, report.names_cut_at.value_or(std::string_view::npos));
}

}  // namespace signet::tool

// SPDX-License-Identifier: MIT
//
// See report.h. The work is in two steps. First all that is known about the address space besides
// the mappings is put in one sorted list of parts: the ledger's entries, and between them what the
// modules' headers say. Then each mapping is cut where a part begins or ends.
#include "tool/dump/report.h"

#include <elf.h>

#include <algorithm>

namespace signet::tool {
namespace {

static_assert(static_cast<int>(Kind::kText) == SIGNET_KIND_TEXT &&
              static_cast<int>(Kind::kRodata) == SIGNET_KIND_RODATA &&
              static_cast<int>(Kind::kRelro) == SIGNET_KIND_RELRO &&
              static_cast<int>(Kind::kGap) == SIGNET_KIND_GAP &&
              static_cast<int>(Kind::kVdso) == SIGNET_KIND_VDSO &&
              static_cast<int>(Kind::kData) == SIGNET_KIND_DATA);

// A stretch of the address space about which something is known.
struct Part {
  uint64_t start;
  uint64_t end;
  Kind kind;
  size_t module;             // index in Report::modules
  const LedgerEntry* entry;  // nullptr: known from the headers
};

std::string_view LastPartOfPath(std::string_view path) { return path.substr(path.rfind('/') + 1); }

ReportModule NameModule(const LedgerModule& module) {
  std::string_view name = module.name;
  if (name.empty()) name = LastPartOfPath(module.path);
  if (name.empty() && module.origin == SIGNET_ORIGIN_KERNEL) name = "[vdso]";
  if (name.empty() && module.origin == SIGNET_ORIGIN_STAND_IN) name = "[stand-in]";
  if (name.empty() && module.origin == SIGNET_ORIGIN_OWN) name = "[own]";
  return {.name = name, .path = module.path, .marked = std::nullopt, .total = {}};
}

ReportModule NameModule(const ModuleImage& image, const Mapping& head) {
  const std::string_view path = head.has_file() ? std::string_view(head.path) : "";
  std::string_view name = image.soname;
  if (name.empty()) name = LastPartOfPath(path);
  if (name.empty()) name = head.path;
  return {.name = name, .path = path, .marked = image.marked, .total = {}};
}

Kind SegmentKind(uint32_t flags) {
  if ((flags & PF_X) != 0) return Kind::kText;
  if ((flags & PF_W) != 0) return Kind::kData;
  return (flags & PF_R) != 0 ? Kind::kRodata : Kind::kGap;
}

// What the headers of one module say about its span, in ascending order, without holes.
void AppendImageParts(const ModuleImage& image, size_t module, std::vector<Part>& parts) {
  uint64_t position = image.start;
  const auto append_to = [&](uint64_t end, Kind kind) {
    if (end <= position) return;
    parts.push_back({position, end, kind, module, nullptr});
    position = end;
  };
  for (const Segment& segment : image.segments) {
    append_to(segment.start, Kind::kGap);
    const Kind kind = SegmentKind(segment.flags);
    if (kind == Kind::kData && image.relro_start < segment.end && image.relro_end > segment.start) {
      append_to(image.relro_start, kind);
      append_to(std::min(image.relro_end, segment.end), Kind::kRelro);
    }
    append_to(segment.end, kind);
  }
}

// Appends of `part` what no ledger entry covers.
void AppendUncovered(const Part& part, const std::vector<LedgerEntry>& entries,
                     std::vector<Part>& parts) {
  Part rest = part;
  auto entry = std::upper_bound(
      entries.begin(), entries.end(), part.start,
      [](uint64_t start, const LedgerEntry& candidate) { return start < candidate.end; });
  for (; entry != entries.end() && entry->start < part.end; ++entry) {
    if (rest.start < entry->start) {
      parts.push_back(rest);
      parts.back().end = entry->start;
    }
    rest.start = entry->end;
  }
  if (rest.start < rest.end) parts.push_back(rest);
}

// Names the modules of the ledger, then those that only the headers know.
class Modules {
 public:
  Modules(const Snapshot& snapshot, std::vector<ReportModule>& modules)
      : snapshot_(snapshot), modules_(modules) {
    if (!snapshot.ledger) return;
    for (const LedgerModule& module : snapshot.ledger->modules) {
      starts_.emplace_back(module.start, modules_.size());
      modules_.push_back(NameModule(module));
    }
    std::sort(starts_.begin(), starts_.end());
  }

  // The module that begins where `image` does, which gets to know its mark, or a new one.
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
  static const std::vector<LedgerEntry> no_entries;
  const auto& entries = snapshot.ledger ? snapshot.ledger->entries : no_entries;
  Modules names(snapshot, modules);

  std::vector<Part> parts;
  parts.reserve(entries.size());
  for (const LedgerEntry& entry : entries) {
    parts.push_back({entry.start, entry.end, static_cast<Kind>(entry.kind), entry.module, &entry});
  }
  std::vector<Part> of_image;
  for (const ModuleImage& image : snapshot.images) {
    of_image.clear();
    AppendImageParts(image, names.IndexOf(image), of_image);
    for (const Part& part : of_image) AppendUncovered(part, entries, parts);
  }
  std::sort(parts.begin(), parts.end(),
            [](const Part& a, const Part& b) { return a.start < b.start; });
  return parts;
}

// What a mapping is, judged by the name that the kernel gives it.
std::optional<Kind> KindByName(const Mapping& mapping) {
  const std::string_view path = mapping.path;
  if (path == "[stack]") return Kind::kStack;
  if (path == "[heap]") return Kind::kHeap;
  if (path == "[vsyscall]") return Kind::kVsyscall;
  if (path == "[vdso]" || path.starts_with("[vvar")) return Kind::kVdso;
  return std::nullopt;
}

// What the pages of a mapping are of which the ledger says nothing, and whose they are. `part` is
// what the headers say about them, or nullptr.
void Classify(const Part* part, Row& row) {
  const Mapping& mapping = *row.mapping;
  const bool accessible = mapping.readable() || mapping.writable() || mapping.executable();
  if (const auto kind = KindByName(mapping)) {
    row.kind = *kind;
    if (part != nullptr && *kind == Kind::kVdso) row.module = part->module;
    return;
  }
  // What is accessible between two segments is not a gap, but something else that landed there.
  if (part == nullptr || (part->kind == Kind::kGap && accessible)) {
    row.kind = mapping.has_file() ? Kind::kFile : Kind::kAnon;
    return;
  }
  row.module = part->module;
  // RELRO that is still writable is not protected yet, or never.
  row.kind = part->kind == Kind::kRelro && mapping.writable() ? Kind::kData : part->kind;
}

Row MakeRow(uint64_t start, uint64_t end, const Mapping& mapping, const Part* part) {
  Row row{.start = start,
          .end = end,
          .mapping = &mapping,
          .kind = Kind::kAnon,
          .sealed_by = mapping.sealed ? SealedBy::kKernel : SealedBy::kNo,
          .module = std::nullopt,
          .entry = part != nullptr ? part->entry : nullptr,
          .differs = false};
  if (row.entry == nullptr) {
    Classify(part, row);
    return row;
  }
  row.kind = part->kind;
  row.module = part->module;
  if (!mapping.sealed && row.entry->backend == SIGNET_BACKEND_GUARD) {
    row.sealed_by = SealedBy::kGuard;
  } else if (!mapping.sealed && row.entry->backend == SIGNET_BACKEND_SECCOMP) {
    row.sealed_by = SealedBy::kSeccomp;
  }
  row.differs = (row.entry->backend == SIGNET_BACKEND_KERNEL && !mapping.sealed) ||
                (row.entry->backend == SIGNET_BACKEND_NONE && mapping.sealed);
  return row;
}

std::vector<Row> CutMappings(const std::vector<Mapping>& mappings, const std::vector<Part>& parts) {
  std::vector<Row> rows;
  auto part = parts.begin();
  for (const Mapping& mapping : mappings) {
    uint64_t position = mapping.start;
    while (position < mapping.end) {
      while (part != parts.end() && part->end <= position) ++part;
      const bool inside = part != parts.end() && part->start <= position;
      uint64_t end = mapping.end;
      if (part != parts.end()) end = std::min(end, inside ? part->end : part->start);
      rows.push_back(MakeRow(position, end, mapping, inside ? &*part : nullptr));
      position = end;
    }
  }
  return rows;
}

std::string_view BackendText(signet_backend backend) {
  switch (backend) {
    case SIGNET_BACKEND_NONE:
      return "not sealed";
    case SIGNET_BACKEND_GUARD:
      return "sealed by the guard";
    case SIGNET_BACKEND_SECCOMP:
      return "sealed by seccomp";
    case SIGNET_BACKEND_KERNEL:
      return "sealed by the kernel";
    case SIGNET_BACKEND_COUNT:
      break;
  }
  return "unknown";
}

// The pages of `entry`, which is sealed, that are not mapped at all.
void AppendUnmapped(const LedgerEntry& entry, const std::vector<Mapping>& mappings,
                    std::string_view module, std::vector<Difference>& differences) {
  uint64_t position = entry.start;
  auto mapping = std::upper_bound(
      mappings.begin(), mappings.end(), position,
      [](uint64_t start, const Mapping& candidate) { return start < candidate.end; });
  for (; position < entry.end; ++mapping) {
    const bool last = mapping == mappings.end() || mapping->start >= entry.end;
    const uint64_t end = last ? entry.end : mapping->start;
    if (position < end) {
      differences.push_back({position, end, module, BackendText(entry.backend), "not mapped"});
    }
    if (last) return;
    position = mapping->end;
  }
}

std::vector<Difference> FindDifferences(const Report& report) {
  std::vector<Difference> differences;
  for (const Row& row : report.rows) {
    if (!row.differs) continue;
    differences.push_back({row.start, row.end, report.modules[*row.module].name,
                           BackendText(row.entry->backend),
                           row.mapping->sealed ? "sealed" : "not sealed"});
  }
  if (!report.snapshot->ledger) return differences;
  for (const LedgerEntry& entry : report.snapshot->ledger->entries) {
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
    return row.kind == Kind::kVdso && row.module.has_value();
  });
  if (vdso == rows.end()) return;
  for (Row& row : rows) {
    if (row.kind == Kind::kVdso && !row.module) row.module = vdso->module;
  }
}

}  // namespace

std::string_view KindName(Kind kind) {
  constexpr std::array<std::string_view, kKindCount> kNames = {
      "text", "rodata", "relro", "gap", "vdso", "data", "stack", "heap", "anon", "file", "vsyscall",
  };
  return kNames[static_cast<size_t>(kind)];
}

std::string_view SealedByName(SealedBy sealed_by) {
  constexpr std::array<std::string_view, 4> kNames = {"no", "guard", "seccomp", "kernel"};
  return kNames[static_cast<size_t>(sealed_by)];
}

void Total::Add(const Row& row) {
  bytes += row.size();
  if (row.sealed_by == SealedBy::kKernel) by_kernel += row.size();
  if (row.sealed_by == SealedBy::kSeccomp) by_seccomp += row.size();
  if (row.sealed_by == SealedBy::kGuard) by_guard += row.size();
}

Report BuildReport(const Snapshot& snapshot) {
  Report report;
  report.snapshot = &snapshot;
  const std::vector<Part> parts = CollectParts(snapshot, report.modules);
  report.rows = CutMappings(snapshot.mappings, parts);
  GiveVvarToVdso(report.rows);
  for (const Row& row : report.rows) {
    report.total.Add(row);
    report.kinds[static_cast<size_t>(row.kind)].Add(row);
    if (row.module) report.modules[*row.module].total.Add(row);
  }
  report.differences = FindDifferences(report);
  return report;
}

std::string_view RowPath(const Report& report, const Row& row) {
  const std::string_view path = row.module ? report.modules[*row.module].path : "";
  return path.empty() ? std::string_view(row.mapping->path) : path;
}

}  // namespace signet::tool

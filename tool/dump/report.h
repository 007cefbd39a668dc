// SPDX-License-Identifier: MIT
//
// The sealed map of a process: a snapshot to rows of one kind each, differences and totals.
//
// The kernel's view (smaps) and the loader's (the ledger) are held against each other here. Pure:
// prints nothing and reads no process.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tool/process/snapshot.h"

namespace signet::tool {

// The first six are those of enum signet_kind.
enum class Kind : uint8_t {
  kText,
  kRodata,
  kRelro,
  kGap,
  kVdso,
  kData,
  kStack,
  kHeap,
  kAnon,
  kFile,
  kVsyscall,
};
inline constexpr size_t kKindCount = 11;
std::string_view KindName(Kind kind);

enum class SealedBy : uint8_t { kNo, kGuard, kSeccomp, kKernel };
std::string_view SealedByName(SealedBy sealed_by);

// One or more pages of one mapping that are of one kind and belong to one module.
struct Row {
  uint64_t start;
  uint64_t end;
  const Mapping* mapping;
  Kind kind;
  SealedBy sealed_by;
  std::optional<size_t> module;  // index in Report::modules
  const LedgerEntry* entry;      // nullptr where the ledger does not list these pages
  bool differs;                  // the ledger says otherwise than the kernel

  uint64_t size() const { return end - start; }
};

// Bytes in all, and how many of them are sealed by whom.
struct Total {
  uint64_t bytes = 0;
  uint64_t by_kernel = 0;
  uint64_t by_seccomp = 0;
  uint64_t by_guard = 0;

  uint64_t sealed() const { return by_kernel + by_seccomp + by_guard; }
  void Add(const Row& row);
};

struct ReportModule {
  std::string_view name;       // as the ledger has it, or the soname, or the last part of the path
  std::string_view path;       // of the file; empty where there is none
  std::optional<bool> marked;  // GNU_PROPERTY_MEMORY_SEAL; not known where no headers are found
  Total total;
};

struct Difference {
  uint64_t start;
  uint64_t end;
  std::string_view module;
  std::string_view ledger;  // what the ledger says
  std::string_view kernel;  // what the kernel says
};

// Refers to the snapshot it was made from, which must outlive it and stay where it is.
struct Report {
  const Snapshot* snapshot = nullptr;
  std::vector<ReportModule> modules;
  std::vector<Row> rows;  // ascending, disjoint
  std::vector<Difference> differences;
  Total total;
  std::array<Total, kKindCount> kinds;  // by Kind
};

Report BuildReport(const Snapshot& snapshot);

// A file or what the kernel calls the memory: the module's path, else the mapping's; or empty.
std::string_view RowPath(const Report& report, const Row& row);

// A readable sentence on why the row is sealed or not: from the ledger's reason where it lists the
// pages, else from what they are. Lower case, no full stop.
std::string RowReason(const Report& report, const Row& row);

}  // namespace signet::tool

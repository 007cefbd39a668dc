// SPDX-License-Identifier: MIT
//
// The sealed map of a process.
//
// Input: a snapshot. Output: rows of one kind each, differences and totals. Compares the kernel's
// view (smaps) with the loader's (the ledger). Pure: prints nothing and reads no process.
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

// What pages are: the kinds of the ledger, then those that Signet never seals.
enum class PageKind : uint8_t {
  kText = SIGNET_KIND_TEXT,
  kRodata = SIGNET_KIND_RODATA,
  kRelro = SIGNET_KIND_RELRO,
  kGap = SIGNET_KIND_GAP,
  kVdso = SIGNET_KIND_VDSO,
  kData = SIGNET_KIND_DATA,
  kStack,
  kHeap,
  kAnon,
  kFile,
  kVsyscall,
};
inline constexpr size_t kPageKindCount = 11;
std::string_view PageKindName(PageKind kind);

// The backend's name, or "no".
std::string_view SealedByName(signet_backend backend);

// One or more pages of one mapping that are of one kind and belong to one module.
struct Row {
  uint64_t start;
  uint64_t end;
  const SmapsMapping* mapping;
  PageKind kind;
  signet_backend sealed_by;      // by what smaps and the ledger say together
  std::optional<size_t> module;  // index in Report::modules
  const LedgerEntryView* entry;  // nullptr if the ledger does not list these pages
  bool other_protection;         // sealed with another one than the loader has chosen
  bool differs;                  // not as it should be: ledger and kernel disagree, or the loader
                                 // could not do what it wanted

  uint64_t size() const { return end - start; }
};

// All bytes, and how many of them each backend seals.
struct Total {
  uint64_t bytes = 0;
  uint64_t by_kernel = 0;
  uint64_t by_seccomp = 0;
  uint64_t by_guard = 0;

  uint64_t sealed() const { return by_kernel + by_seccomp + by_guard; }
  void Add(const Row& row);
};

struct ReportModule {
  std::string_view name;       // the ledger's, or the soname, or the last part of the path
  std::string_view path;       // of the file; empty if there is none
  std::optional<bool> marked;  // GNU_PROPERTY_MEMORY_SEAL; unknown without headers
  Total total;
};

struct Difference {
  uint64_t start;
  uint64_t end;
  std::string_view module;
  std::string ledger;  // what the ledger says
  std::string kernel;  // what the kernel says
};

// How much text the names and paths in one report have together, in bytes. A process may have a
// great many ranges, and all may bear one name that is as long as a path can be. Up to 8,000 ranges
// and modules, no name is too long.
inline constexpr uint64_t kMaxNameText = uint64_t{64} << 20;
inline constexpr uint64_t kLeastNameLimit = 32;  // names are never cut to less

// Refers to the snapshot that it was made from. That must outlive it and stay where it is.
struct Report {
  const Snapshot* snapshot = nullptr;
  std::optional<uint64_t> names_cut_at;  // bytes: longer names are cut, because there are so many
  std::vector<ReportModule> modules;
  std::vector<Row> rows;  // ascending, disjoint
  std::vector<Difference> differences;
  Total total;
  std::array<Total, kPageKindCount> kinds;  // by PageKind
};

Report BuildReport(const Snapshot& snapshot);

// The path of the module, else that of the mapping, or what the kernel calls the memory; or empty.
// It is cut as all names are.
std::string_view RowPath(const Report& report, const Row& row);

// True if the loader was refused mseal in the process, so that a filter must have denied it where
// the kernel has it.
bool WasRefusedMseal(const Report& report);

// A sentence that says why the row is sealed or not. It comes from the ledger's reason if the
// ledger lists the pages, else from what the pages are. Lower case, no full stop.
std::string RowReason(const Report& report, const Row& row);

}  // namespace signet::tool

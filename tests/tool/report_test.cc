// SPDX-License-Identifier: MIT
#include "tool/dump/report.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/tool/example_snapshot.h"

namespace signet::tool {
namespace {

using namespace signet::test;  // the example's addresses

// "0x1000+0x2000 text kernel libfoo.so: reason" for each row. Addresses are relative to the start
// of the module.
std::vector<std::string> Rows(const Report& report) {
  std::vector<std::string> rows;
  for (const Row& row : report.rows) {
    const bool inside = row.start >= kModule && row.start < kModule + 0x100000;
    rows.push_back(fmt::format("0x{:x}+0x{:x} {} {} {}: {}", row.start - (inside ? kModule : 0),
                               row.size(), PageKindName(row.kind), SealedByName(row.sealed_by),
                               row.module ? report.modules[*row.module].name : "-",
                               RowReason(report, row)));
  }
  return rows;
}

using Lines = std::vector<std::string>;

TEST(Report, WithoutALedgerKindsComeFromTheHeaders) {
  const Snapshot snapshot = SnapshotWithoutLedger();
  const Report report = BuildReport(snapshot);
  EXPECT_EQ(Rows(report),
            (Lines{
                "0x0+0x1000 rodata no libfake.so.1: the process does not run under Signet",
                "0x1000+0x1000 text no libfake.so.1: the process does not run under Signet",
                "0x2000+0x1000 gap no libfake.so.1: the process does not run under Signet",
                "0x3000+0x1000 relro no libfake.so.1: the process does not run under Signet",
                "0x4000+0x1000 data no libfake.so.1: the process does not run under Signet",
                "0x5000+0x2000 anon no -: the process does not run under Signet",
                "0x10000+0x1000 file no -: the process does not run under Signet",
                "0x7ff000000000+0x21000 stack no -: the stack is never sealed",
            }));
  EXPECT_TRUE(report.differences.empty());
}

// A ledger of so many ranges of one module, which has the longest name and path that there can be.
test::LedgerBlock LongNames(uint64_t count) {
  test::LedgerBlock block;
  const std::string longest(kMaxLedgerString, 'x');
  const uint32_t module = block.AddModule(kModule, kModule + 2 * count * 0x1000, longest, longest);
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t start = kModule + 2 * i * 0x1000;
    block.AddEntry(start, start + 0x1000, module, SIGNET_KIND_TEXT);
  }
  return block;
}

// All in one mapping with a long path, so that the rows between two entries have long names, too.
Report ReportOfLongNames(Snapshot& snapshot, uint64_t count) {
  snapshot = SnapshotWithLedger(LongNames(count));
  snapshot.images.modules.clear();
  snapshot.mappings = {MakeMapping(kModule, kModule + 2 * count * 0x1000, "r-xp",
                                   "/" + std::string(kMaxLedgerString - 1, 'y'))};
  return BuildReport(snapshot);
}

uint64_t NameText(const Report& report) {
  uint64_t size = 0;
  for (const Row& row : report.rows) {
    size += RowPath(report, row).size();
    size += row.module ? report.modules[*row.module].name.size() : 0;
  }
  for (const ReportModule& module : report.modules) size += module.name.size() + module.path.size();
  for (const Difference& difference : report.differences) size += difference.module.size();
  return size;
}

TEST(Report, NamesOfAnOrdinaryProcessAreWhole) {
  Snapshot snapshot;
  const Report report = ReportOfLongNames(snapshot, 1000);
  EXPECT_EQ(report.rows.size(), 2000u);
  EXPECT_FALSE(report.names_cut_at);
  EXPECT_EQ(report.modules[0].path.size(), kMaxLedgerString);
}

TEST(Report, ManyLongNamesAreCut) {
  Snapshot snapshot;
  const Report report = ReportOfLongNames(snapshot, kMaxLedgerEntries);
  EXPECT_EQ(report.rows.size(), size_t{2} * kMaxLedgerEntries);
  ASSERT_TRUE(report.names_cut_at);
  EXPECT_EQ(report.modules[0].name.size(), *report.names_cut_at);
  EXPECT_LE(NameText(report), kMaxNameText);
}

TEST(Report, BeforeTheLedgerIsPublished) {
  Snapshot snapshot = SnapshotWithoutLedger();
  snapshot.block.state = LedgerBlock::State::kNotPublished;
  const Report report = BuildReport(snapshot);
  EXPECT_EQ(RowReason(report, report.rows[0]), "Signet has not finished linking the process");
}

TEST(Report, LedgerAndKernelAgree) {
  const Snapshot snapshot = SnapshotWithLedger();
  const Report report = BuildReport(snapshot);
  EXPECT_EQ(Rows(report),
            (Lines{
                "0x0+0x1000 rodata kernel libfake.so.1: sealed as planned",
                "0x1000+0x1000 text kernel libfake.so.1: sealed as planned",
                "0x2000+0x1000 gap kernel libfake.so.1: sealed as planned",
                "0x3000+0x1000 relro kernel libfake.so.1: sealed as planned",
                "0x4000+0x1000 data no libfake.so.1: kind data is not among those to seal",
                "0x5000+0x2000 anon no -: memory of the program's own",
                "0x10000+0x1000 file no -: memory of the program's own",
                "0x7ff000000000+0x21000 stack no -: the stack is never sealed",
            }));
  EXPECT_TRUE(report.differences.empty());
  EXPECT_EQ(report.modules.size(), 1u);
}

TEST(Report, Totals) {
  const Snapshot snapshot = SnapshotWithLedger();
  const Report report = BuildReport(snapshot);
  EXPECT_EQ(report.total.bytes, 0x5000u + 0x2000 + 0x1000 + 0x21000);
  EXPECT_EQ(report.total.sealed(), 0x4000u);
  EXPECT_EQ(report.kinds[static_cast<size_t>(PageKind::kText)].bytes, 0x1000u);
  EXPECT_EQ(report.kinds[static_cast<size_t>(PageKind::kText)].by_kernel, 0x1000u);
  EXPECT_EQ(report.kinds[static_cast<size_t>(PageKind::kData)].sealed(), 0u);
  EXPECT_EQ(report.kinds[static_cast<size_t>(PageKind::kHeap)].bytes, 0u);
  EXPECT_EQ(report.modules[0].total.bytes, 0x5000u);
  EXPECT_EQ(report.modules[0].total.by_kernel, 0x4000u);
}

TEST(Report, AMappingIsCutWhereLedgerEntriesMeet) {
  test::LedgerBlock block;
  const uint32_t first = block.AddModule(0x10000, 0x13000, "/lib/a.so", "a.so");
  const uint32_t second = block.AddModule(0x14000, 0x16000, "/lib/b.so", "b.so");
  block.AddEntry(0x11000, 0x12000, first, SIGNET_KIND_RODATA);
  block.AddEntry(0x12000, 0x13000, first, SIGNET_KIND_RELRO);
  block.AddEntry(0x14000, 0x16000, second, SIGNET_KIND_RODATA);
  Snapshot snapshot = SnapshotWithLedger(block);
  snapshot.images.modules.clear();
  // One mapping that reaches beyond all of that on both sides, and an entry in two mappings.
  snapshot.mappings = {MakeMapping(0x10000, 0x15000, "r--p", "", 0, true),
                       MakeMapping(0x15000, 0x17000, "r--p", "", 0, true)};
  const Report report = BuildReport(snapshot);
  const char* const kByProgram = "not in the ledger: the program sealed it itself";
  EXPECT_EQ(Rows(report), (Lines{
                              fmt::format("0x10000+0x1000 anon kernel -: {}", kByProgram),
                              "0x11000+0x1000 rodata kernel a.so: sealed as planned",
                              "0x12000+0x1000 relro kernel a.so: sealed as planned",
                              fmt::format("0x13000+0x1000 anon kernel -: {}", kByProgram),
                              "0x14000+0x1000 rodata kernel b.so: sealed as planned",
                              "0x15000+0x1000 rodata kernel b.so: sealed as planned",
                              fmt::format("0x16000+0x1000 anon kernel -: {}", kByProgram),
                          }));
  EXPECT_TRUE(report.differences.empty());
}

TEST(Report, TheHeadersSpeakWhereTheLedgerDoesNot) {
  test::LedgerBlock block = ModuleLedger();
  block.entries.erase(block.entries.begin() + 4);
  block.entries.erase(block.entries.begin() + 1);
  Snapshot snapshot = SnapshotWithLedger(block);
  snapshot.mappings[1].sealed = false;
  const Report report = BuildReport(snapshot);
  EXPECT_EQ(Rows(report)[1],
            "0x1000+0x1000 text no libfake.so.1: not in the ledger: not linked by Signet");
  EXPECT_EQ(Rows(report)[4],
            "0x4000+0x1000 data no libfake.so.1: not in the ledger: not linked by Signet");
  EXPECT_EQ(report.modules.size(), 1u);
}

// With any hostile ledger the rows are still the pieces of the mappings.
TEST(Report, RowsCoverTheMappingsWhateverTheLedgerSays) {
  const auto original = ModuleLedger().Bytes();
  for (size_t i = 0; i < original.size(); ++i) {
    for (const int value : {0x00, 0x01, 0x10, 0x7f, 0xff}) {
      Snapshot snapshot = SnapshotWithLedger();
      snapshot.block.bytes = original;
      snapshot.block.bytes[i] = static_cast<std::byte>(value);
      auto ledger = DecodeLedger(snapshot.block.bytes);
      if (!ledger.ok()) continue;
      snapshot.ledger = std::move(*ledger);
      const Report report = BuildReport(snapshot);
      auto row = report.rows.begin();
      for (const SmapsMapping& mapping : snapshot.mappings) {
        uint64_t position = mapping.start;
        for (; row != report.rows.end() && row->mapping == &mapping; ++row) {
          ASSERT_EQ(row->start, position);
          ASSERT_GT(row->end, row->start);
          position = row->end;
        }
        ASSERT_EQ(position, mapping.end);
      }
      ASSERT_EQ(row, report.rows.end());
    }
  }
}

TEST(Report, RelroThatIsWritableIsData) {
  Snapshot snapshot = SnapshotWithoutLedger();
  snapshot.mappings[3].permissions = "rw-p";
  EXPECT_EQ(BuildReport(snapshot).rows[3].kind, PageKind::kData);
}

TEST(Report, WhatLandedInAGapIsNoGap) {
  Snapshot snapshot = SnapshotWithoutLedger();
  snapshot.mappings[2] = MakeMapping(kModuleGap, kModuleRelro, "rw-p");
  const Report report = BuildReport(snapshot);
  EXPECT_EQ(report.rows[2].kind, PageKind::kAnon);
  EXPECT_FALSE(report.rows[2].module);
}

TEST(Report, KindsByName) {
  Snapshot snapshot;
  snapshot.mappings = {MakeMapping(0x1000, 0x2000, "rw-p", "[heap]"),
                       MakeMapping(0x2000, 0x3000, "r--p", "[vvar_vclock]"),
                       MakeMapping(0x3000, 0x4000, "r-xp", "[vdso]"),
                       MakeMapping(0x4000, 0x5000, "rw-p", "[anon:glibc: malloc]"),
                       MakeMapping(0x5000, 0x6000, "rw-s", "/memfd:x (deleted)"),
                       MakeMapping(0x6000, 0x7000, "--xp", "[vsyscall]")};
  const Report report = BuildReport(snapshot);
  std::vector<PageKind> kinds;
  for (const Row& row : report.rows) kinds.push_back(row.kind);
  EXPECT_EQ(kinds, (std::vector<PageKind>{PageKind::kHeap, PageKind::kVdso, PageKind::kVdso,
                                          PageKind::kAnon, PageKind::kFile, PageKind::kVsyscall}));
}

TEST(Report, LedgerSaysSealedAndTheKernelDoesNot) {
  Snapshot snapshot = SnapshotWithLedger();
  snapshot.mappings[1].sealed = false;
  const Report report = BuildReport(snapshot);
  EXPECT_EQ(
      Rows(report)[1],
      "0x1000+0x1000 text no libfake.so.1: not sealed by the kernel, but the ledger says it is");
  ASSERT_EQ(report.differences.size(), 1u);
  EXPECT_EQ(report.differences[0].start, kModuleText);
  EXPECT_EQ(report.differences[0].end, kModuleGap);
  EXPECT_EQ(report.differences[0].module, "libfake.so.1");
  EXPECT_EQ(report.differences[0].ledger, "sealed by the kernel");
  EXPECT_EQ(report.differences[0].kernel, "not sealed");
}

TEST(Report, KernelSaysSealedAndTheLedgerDoesNot) {
  Snapshot snapshot = SnapshotWithLedger();
  snapshot.mappings[4].sealed = true;
  const Report report = BuildReport(snapshot);
  EXPECT_EQ(Rows(report)[4],
            "0x4000+0x1000 data kernel libfake.so.1: sealed by the kernel, but the ledger says it "
            "is not sealed");
  ASSERT_EQ(report.differences.size(), 1u);
  EXPECT_EQ(report.differences[0].ledger, "not sealed");
  EXPECT_EQ(report.differences[0].kernel, "sealed");
}

// One page of a sealed range is enough for a difference.
TEST(Report, WhatIsSealedButNotMappedDiffers) {
  test::LedgerBlock block;
  const uint32_t module = block.AddModule(0x10000, 0x20000, "/lib/a.so", "a.so");
  block.AddEntry(0x10000, 0x15000, module, SIGNET_KIND_TEXT);
  block.AddEntry(0x16000, 0x17000, module, SIGNET_KIND_DATA, SIGNET_BACKEND_NONE,
                 SIGNET_REASON_NOT_SELECTED);
  Snapshot snapshot = SnapshotWithLedger(block);
  snapshot.images.modules.clear();
  snapshot.mappings = {MakeMapping(0xf000, 0x11000, "r-xp", "", 0, true),
                       MakeMapping(0x12000, 0x13000, "r-xp", "", 0, true)};
  const Report report = BuildReport(snapshot);
  ASSERT_EQ(report.differences.size(), 2u);
  EXPECT_EQ(report.differences[0].start, 0x11000u);
  EXPECT_EQ(report.differences[0].end, 0x12000u);
  EXPECT_EQ(report.differences[0].kernel, "not mapped");
  EXPECT_EQ(report.differences[1].start, 0x13000u);
  EXPECT_EQ(report.differences[1].end, 0x15000u);
}

// Memory that the program seals itself makes no difference.
TEST(Report, SealsThatTheLedgerDoesNotListAreNoDifference) {
  Snapshot snapshot = SnapshotWithLedger();
  snapshot.mappings[5].sealed = true;
  const Report report = BuildReport(snapshot);
  EXPECT_EQ(Rows(report)[5],
            "0x5000+0x2000 anon kernel -: not in the ledger: the program sealed it itself");
  EXPECT_TRUE(report.differences.empty());
}

TEST(Report, AnotherProtectionThanPlanned) {
  constexpr uint32_t kReadable = SIGNET_PROTECTION_PLANNED | SIGNET_PROTECTION_READ;
  test::LedgerBlock block = ModuleLedger();
  block.entries[0].protection = kReadable;
  Snapshot snapshot = SnapshotWithLedger(block);
  ASSERT_EQ(snapshot.mappings[0].permissions, "r--p");
  EXPECT_TRUE(BuildReport(snapshot).differences.empty());
  snapshot.mappings[0].permissions = "rwxp";
  const Report report = BuildReport(snapshot);
  EXPECT_EQ(Rows(report)[0],
            "0x0+0x1000 rodata kernel libfake.so.1: sealed with another protection than the loader "
            "chose");
  ASSERT_EQ(report.differences.size(), 1u);
  EXPECT_EQ(report.differences[0].ledger, "sealed by the kernel, r--");
  EXPECT_EQ(report.differences[0].kernel, "sealed, rwx");
  // The kernel adds x to r for a process of this personality.
  snapshot.mappings[0].permissions = "r-xp";
  EXPECT_EQ(BuildReport(snapshot).differences.size(), 1u);
  snapshot.read_implies_exec = true;
  EXPECT_TRUE(BuildReport(snapshot).differences.empty());
}

TEST(Report, ModuleThatCouldNotBeAdopted) {
  test::LedgerBlock block = ModuleLedger();
  block.entries[0].backend = SIGNET_BACKEND_NONE;
  block.entries[0].reason = SIGNET_REASON_NOT_ADOPTED;
  Snapshot snapshot = SnapshotWithLedger(block);
  snapshot.mappings[0].sealed = false;
  const Report report = BuildReport(snapshot);
  EXPECT_EQ(Rows(report)[0],
            "0x0+0x1000 rodata no libfake.so.1: libc opened it, and the loader could not adopt it");
  ASSERT_EQ(report.differences.size(), 1u);
  EXPECT_EQ(report.differences[0].ledger, "not adopted");
  EXPECT_EQ(report.differences[0].kernel, "not sealed");
}

TEST(Report, TheFallback) {
  test::LedgerBlock block = ModuleLedger();
  for (size_t i = 0; i < 4; ++i) {
    block.entries[i].backend = SIGNET_BACKEND_GUARD;
    block.entries[i].reason = SIGNET_REASON_NO_MSEAL;
  }
  Snapshot snapshot = SnapshotWithLedger(block);
  for (SmapsMapping& mapping : snapshot.mappings) mapping.sealed = false;
  const Report report = BuildReport(snapshot);
  EXPECT_EQ(
      Rows(report)[0],
      "0x0+0x1000 rodata guard libfake.so.1: this kernel has no mseal; guarded by the loader");
  EXPECT_TRUE(report.differences.empty());
  EXPECT_EQ(report.total.by_guard, 0x4000u);
  EXPECT_EQ(report.total.by_kernel, 0u);
}

TEST(Report, ReasonsOfTheLedger) {
  const auto reason_of = [](signet_reason reason, uint16_t error, uint32_t remarks = 0) {
    test::LedgerBlock block = ModuleLedger();
    block.entries[4].reason = static_cast<uint16_t>(reason);
    block.entries[4].error = error;
    block.entries[4].remarks = remarks;
    const Snapshot snapshot = SnapshotWithLedger(block);
    const Report report = BuildReport(snapshot);
    return RowReason(report, report.rows[4]);
  };
  EXPECT_EQ(reason_of(SIGNET_REASON_NO_MSEAL, 0), "this kernel has no mseal");
  EXPECT_EQ(reason_of(SIGNET_REASON_REFUSED, ENOMEM),
            "mseal failed with ENOMEM (Cannot allocate memory)");
  EXPECT_EQ(reason_of(SIGNET_REASON_REFUSED, 9999), "mseal failed with errno 9999");
  EXPECT_EQ(reason_of(SIGNET_REASON_SELF_RELOCATED, 0),
            "a static program relocates and protects this part itself, later");
  EXPECT_EQ(reason_of(SIGNET_REASON_NOT_WATCHED, 0),
            "a static program relocates this part itself, and could not be watched (Syscall User "
            "Dispatch)");
  EXPECT_EQ(reason_of(SIGNET_REASON_NOT_CLOSED, 0),
            "a static program relocates this part itself, and did not protect it at its start");
  EXPECT_EQ(reason_of(SIGNET_REASON_SEALED, 0, SIGNET_REMARK_CLOSED_FOR_IT),
            "sealed as planned; protected by the loader, since the static program does not do so");
  EXPECT_EQ(reason_of(SIGNET_REASON_NOT_MARKED, 0), "module not marked");
  EXPECT_EQ(reason_of(SIGNET_REASON_MUTABLE, 0), "the file asks that it be left changeable");
  EXPECT_EQ(reason_of(SIGNET_REASON_NOT_MARKED, 0, SIGNET_REMARK_WRITABLE_CODE),
            "module not marked; writable and executable, as the file demands: a seal fixes place "
            "and protection, not contents");
}

TEST(Report, NamesOfModulesWithoutOne) {
  test::LedgerBlock block;
  block.AddModule(0x1000, 0x2000, "/lib/x/libpath.so", "");
  block.AddModule(0x2000, 0x3000, "", "", SIGNET_ORIGIN_KERNEL);
  block.AddModule(0x3000, 0x4000, "", "", SIGNET_ORIGIN_STAND_IN);
  const Snapshot snapshot = SnapshotWithLedger(block);
  const Report report = BuildReport(snapshot);
  EXPECT_EQ(report.modules[0].name, "libpath.so");
  EXPECT_EQ(report.modules[1].name, "[vdso]");
  EXPECT_EQ(report.modules[2].name, "[stand-in]");
}

TEST(Report, Paths) {
  Snapshot snapshot = SnapshotWithLedger();
  // RELRO in anonymous memory belongs to the module, too.
  snapshot.mappings[3] = MakeMapping(kModuleRelro, kModuleData, "r--p", "", 0, true);
  const Report report = BuildReport(snapshot);
  EXPECT_EQ(RowPath(report, report.rows[3]), "/lib/libfake.so");
  EXPECT_EQ(RowPath(report, report.rows[5]), "");
  EXPECT_EQ(RowPath(report, report.rows[6]), "/etc/file");
  EXPECT_EQ(RowPath(report, report.rows[7]), "[stack]");
}

}  // namespace
}  // namespace signet::tool

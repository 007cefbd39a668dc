// SPDX-License-Identifier: MIT
#include "tool/dump/print.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/tool/example_snapshot.h"

namespace signet::tool {
namespace {

using namespace signet::test;  // the example's addresses

std::string Text(const Snapshot& snapshot, bool colour = false) {
  std::ostringstream out;
  PrintText(out, BuildReport(snapshot), {.release = "6.10", .has_mseal = true}, colour);
  return out.str();
}

TEST(PrintText, WithLedger) {
  EXPECT_EQ(Text(SnapshotWithLedger()), R"(process 4711, kernel 6.10 with mseal
ledger: strongest seal kernel; kinds to seal: text rodata relro gap vdso

RANGE                     PERMS KIND     SEALED MODULE
7f0000010000-7f0000011000 r--p  rodata   kernel libfake.so.1
7f0000011000-7f0000012000 r-xp  text     kernel libfake.so.1
7f0000012000-7f0000013000 ---p  gap      kernel libfake.so.1
7f0000013000-7f0000014000 r--p  relro    kernel libfake.so.1
7f0000014000-7f0000015000 rw-p  data     no     libfake.so.1
7f0000015000-7f0000017000 rw-p  anon     no     -
7f0000020000-7f0000021000 r--p  file     no     /etc/file
7ff000000000-7ff000021000 rw-p  stack    no     [stack]

KIND              BYTES       SEALED
text               4096         4096
rodata             4096         4096
relro              4096         4096
gap                4096         4096
data               4096            0
stack            135168            0
anon               8192            0
file               4096            0
total            167936        16384

       BYTES       SEALED MARKED MODULE
       20480        16384 no     libfake.so.1
)");
}

TEST(PrintText, MarkedModulesOnly) {
  test::LedgerBlock block = test::ModuleLedger();
  signet_ledger header = block.Header();
  header.selected_kinds = 1U << SIGNET_KIND_TEXT | SIGNET_MARKED_ONLY;
  Snapshot snapshot = SnapshotWithLedger();
  snapshot.block.bytes = block.Bytes(header);
  snapshot.ledger = *DecodeLedger(snapshot.block.bytes);
  snapshot.images.modules[0].marked = true;
  const std::string text = Text(snapshot);
  EXPECT_NE(text.find("; kinds to seal: text of marked modules\n"), std::string::npos);
  EXPECT_NE(text.find("       20480        16384 yes    libfake.so.1\n"), std::string::npos);
  snapshot.images.modules.clear();
  EXPECT_NE(Text(snapshot).find("       20480        16384 -      libfake.so.1\n"),
            std::string::npos);
}

// A filter may be in force beside mseal.
TEST(PrintText, Filtered) {
  const test::LedgerBlock block = test::ModuleLedger();
  signet_ledger header = block.Header();
  header.selected_kinds |= SIGNET_FILTERED;
  Snapshot snapshot = SnapshotWithLedger();
  snapshot.block.bytes = block.Bytes(header);
  snapshot.ledger = *DecodeLedger(snapshot.block.bytes);
  EXPECT_NE(
      Text(snapshot).find("ledger: strongest seal kernel; kinds to seal: text rodata relro gap "
                          "vdso; with a filter of system calls\n"),
      std::string::npos);
}

// The report says what is special about a range even if the range is sealed.
TEST(PrintText, Remarks) {
  test::LedgerBlock block = test::ModuleLedger();
  block.entries[1].remarks = SIGNET_REMARK_RELOCATED;
  EXPECT_NE(Text(SnapshotWithLedger(block))
                .find("r-xp  text     kernel libfake.so.1  (sealed as planned; changed by text "
                      "relocations, in anonymous memory)\n"),
            std::string::npos);
}

TEST(PrintText, WithoutLedger) {
  EXPECT_NE(
      Text(SnapshotWithoutLedger()).find("\nno ledger: the process does not run under Signet\n"),
      std::string::npos);
}

TEST(PrintText, Difference) {
  Snapshot snapshot = SnapshotWithLedger();
  snapshot.mappings[1].sealed = false;
  const std::string text = Text(snapshot);
  EXPECT_NE(text.find("r-xp  text     no     libfake.so.1  (not sealed by the kernel, but the "
                      "ledger says it is)\n"),
            std::string::npos);
  EXPECT_NE(text.find("\nLEDGER AND KERNEL DIFFER\n7f0000011000-7f0000012000 ledger: sealed by the "
                      "kernel, kernel: not sealed  libfake.so.1\n"),
            std::string::npos);
}

TEST(PrintText, NamesThatWereCut) {
  Snapshot snapshot = SnapshotWithLedger();
  Report report = BuildReport(snapshot);
  report.names_cut_at = 3;
  std::ostringstream out;
  PrintText(out, report, {.release = "6.10", .has_mseal = true}, false);
  EXPECT_NE(out.str().find("\n\ncut: too many ranges; names are cut after 3 bytes\n\nRANGE "),
            std::string::npos);
  EXPECT_NE(out.str().find("r--p  file     no     /et\n"), std::string::npos);
}

TEST(PrintText, ColourOnlyWhereWanted) {
  EXPECT_EQ(Text(SnapshotWithLedger()).find('\033'), std::string::npos);
  EXPECT_NE(Text(SnapshotWithLedger(), true).find("\033[32mkernel\033[0m"), std::string::npos);
}

// A process may give its files any name.
TEST(PrintText, NamesCannotTalkToTheTerminal) {
  Snapshot snapshot = SnapshotWithoutLedger();
  snapshot.mappings[6].path = "/tmp/\033]0;x\a\r\x7f\xc2\x9b\xc3\xa4";
  EXPECT_NE(Text(snapshot).find("/tmp/\\x1b]0;x\\x07\\x0d\\x7f\\xc2\\x9b\xc3\xa4\n"),
            std::string::npos);
}

nlohmann::json ParseJson(const Snapshot& snapshot) {
  std::ostringstream out;
  PrintJson(out, BuildReport(snapshot), {.release = "6.10", .has_mseal = true});
  return nlohmann::json::parse(out.str());
}

TEST(PrintJson, WithLedger) {
  const auto json = ParseJson(SnapshotWithLedger());
  EXPECT_EQ(json["pid"], 4711);
  EXPECT_EQ(json["kernel"], (nlohmann::json{{"release", "6.10"}, {"mseal", true}}));
  ASSERT_EQ(json["mappings"].size(), 8u);
  EXPECT_EQ(json["mappings"][1], (nlohmann::json{{"start", "0x7f0000011000"},
                                                 {"end", "0x7f0000012000"},
                                                 {"perms", "r-xp"},
                                                 {"kind", "text"},
                                                 {"sealed", "kernel"},
                                                 {"module", "libfake.so.1"},
                                                 {"path", "/lib/libfake.so"},
                                                 {"reason", "sealed as planned"}}));
  EXPECT_EQ(json["mappings"][5]["module"], "");
  EXPECT_EQ(json["mappings"][5]["path"], "");
  const auto& summary = json["summary"];
  EXPECT_EQ(summary["ledger"]["kinds"], (nlohmann::json{"text", "rodata", "relro", "gap", "vdso"}));
  EXPECT_EQ(summary["ledger"]["marked_only"], false);
  EXPECT_EQ(summary["ledger"]["filtered"], false);
  EXPECT_EQ(summary["total"]["sealed"], 0x4000);
  EXPECT_EQ(summary["kinds"]["relro"],
            (nlohmann::json{{"bytes", 4096}, {"sealed", 4096}, {"sealed_by_kernel", 4096}}));
  EXPECT_EQ(summary["modules"][0]["module"], "libfake.so.1");
  EXPECT_EQ(summary["modules"][0]["bytes"], 0x5000);
  EXPECT_EQ(summary["modules"][0]["marked"], false);
  EXPECT_EQ(summary["differences"], nlohmann::json::array());
  EXPECT_EQ(summary["headers_cut_at"], nullptr);
  EXPECT_EQ(summary["names_cut_at"], nullptr);
}

TEST(PrintJson, WithoutLedger) {
  const auto json = ParseJson(SnapshotWithoutLedger());
  EXPECT_EQ(json["summary"]["ledger"], nullptr);
  EXPECT_EQ(json["mappings"][1]["reason"], "the process does not run under Signet");
}

TEST(PrintJson, Differences) {
  Snapshot snapshot = SnapshotWithLedger();
  snapshot.mappings[1].sealed = false;
  EXPECT_EQ(ParseJson(snapshot)["summary"]["differences"],
            (nlohmann::json::array({{{"start", "0x7f0000011000"},
                                     {"end", "0x7f0000012000"},
                                     {"module", "libfake.so.1"},
                                     {"ledger", "sealed by the kernel"},
                                     {"kernel", "not sealed"}}})));
}

TEST(PrintJson, NamesThatAreNotUtf8) {
  Snapshot snapshot = SnapshotWithoutLedger();
  snapshot.mappings[6].path = "/tmp/\"\xff\n";
  EXPECT_EQ(ParseJson(snapshot)["mappings"][6]["path"], "/tmp/\"\xef\xbf\xbd\n");
}

}  // namespace
}  // namespace signet::tool

// SPDX-License-Identifier: MIT
//
// What modules ask for, and the result: the mark that asks for seals, variables that must stay
// changeable, special segments.
#include <sys/mman.h>

#include <map>
#include <set>

#include "tests/seal/stopped_program.h"
#include "tests/support/capability.h"
#include "tests/support/load_test.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

class Policy : public testing::Test {
 protected:
  void SetUp() override {
    if (!KernelHasMseal()) SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  }

  // True if the kernel has sealed all of it.
  static bool IsSealed(const ProcessImage& image, const tool::LedgerEntryView& entry) {
    for (uint64_t at = entry.start; at < entry.end;) {
      const auto [end, mapping] = image.Piece(at, entry.end);
      if (mapping == nullptr || !mapping->sealed) return false;
      at = end;
    }
    return true;
  }
};

// By module: the reasons of the selected ranges. The kernel must confirm them.
std::map<std::string, std::set<signet_reason>> ReasonsByModule(const Stopped& stopped) {
  std::map<std::string, std::set<signet_reason>> reasons;
  for (const tool::LedgerEntryView& entry : stopped.ledger().entries) {
    if (entry.reason == SIGNET_REASON_NOT_SELECTED) continue;
    reasons[std::string(stopped.ledger().modules[entry.module].name)].insert(entry.reason);
  }
  return reasons;
}

TEST_F(Policy, MarkedModulesOnly) {
  if (const auto reason = MissingReason("seal/marked"); !reason.empty())
    SIGNET_SKIP_WITHOUT(kPrograms, reason);
  const Stopped stopped({Loader(), "--seal=marked", "--stop", Module("seal/marked")});
  ASSERT_TRUE(stopped.ok());
  EXPECT_EQ(stopped.ledger().selected_kinds, kDefaultKinds | SIGNET_MARKED_ONLY);
  EXPECT_EQ(stopped.Faults(0), "");
  const std::set<signet_reason> sealed = {SIGNET_REASON_SEALED};
  const std::set<signet_reason> left_out = {SIGNET_REASON_NOT_MARKED};
  EXPECT_EQ(ReasonsByModule(stopped),
            (std::map<std::string, std::set<signet_reason>>{{"marked", left_out},
                                                            {"libhello-greeting.so", left_out},
                                                            {"libmarked-note.so", sealed},
                                                            {"libmarked.so", sealed},
                                                            {"ld-signet.so", sealed},
                                                            {"linux-vdso.so.1", sealed}}));
}

TEST_F(Policy, MarksDoNotMatterElse) {
  if (const auto reason = MissingReason("seal/marked"); !reason.empty())
    SIGNET_SKIP_WITHOUT(kPrograms, reason);
  const Stopped stopped({Loader(), "--stop", Module("seal/marked")});
  ASSERT_TRUE(stopped.ok());
  EXPECT_EQ(stopped.Faults(kDefaultKinds), "");
}

// libc is not marked in Debian 12. What the loader made itself is sealed in any case.
TEST_F(Policy, UnmarkedRuntime) {
  const Stopped stopped({Loader(), "--seal=marked", "--stop", Module("hello-libc")});
  ASSERT_TRUE(stopped.ok());
  EXPECT_EQ(stopped.Faults(0), "");
  const auto reasons = ReasonsByModule(stopped);
  EXPECT_EQ(reasons.at("libc.so.6"), std::set{SIGNET_REASON_NOT_MARKED});
  EXPECT_EQ(reasons.at("stand-in program"), std::set{SIGNET_REASON_SEALED});
  EXPECT_EQ(reasons.at("ld-signet.so"), std::set{SIGNET_REASON_SEALED});
}

TEST_F(Policy, MutableVariables) {
  const auto answers = [](long changeable, long fixed) {
    return "before: " + std::to_string(fixed) + "\nmutable: " + std::to_string(changeable) +
           "\nmutable in part: " + std::to_string(changeable) +
           "\nafter: " + std::to_string(fixed) +
           "\nmutable for glibc: " + std::to_string(changeable) + "\n";
  };
  const std::string program = Module("seal/mutable");
  EXPECT_EQ(Start(Way::kSystem, program).out, answers(0, 0));
  EXPECT_EQ(Start(Way::kCommand, program).out, answers(0, 0));
  EXPECT_EQ(Start(Way::kCommand, program, {}, {.loader_options = {"--seal=+data"}}).out,
            answers(0, -EPERM));

  const Stopped stopped({Loader(), "--seal=+data", "--stop", program});
  ASSERT_TRUE(stopped.ok());
  EXPECT_EQ(stopped.Faults(kDefaultKinds), "");
  uint64_t pages = 0;
  for (const tool::LedgerEntryView& entry : stopped.ledger().entries) {
    if (entry.reason != SIGNET_REASON_MUTABLE) continue;
    EXPECT_EQ(entry.kind, SIGNET_KIND_DATA);
    pages += (entry.end - entry.start) / 4096;
  }
  EXPECT_EQ(pages, 3u);
}

// A segment that the file wants writable and executable is sealed as code, and a remark says that
// it can be written.
TEST_F(Policy, WritableCode) {
  const Stopped stopped({Loader(), "--stop", Module("map-wx")});
  ASSERT_TRUE(stopped.ok());
  size_t found = 0;
  for (const tool::LedgerEntryView& entry : stopped.ledger().entries) {
    const Mapping* mapping = stopped.image().Piece(entry.start, entry.end).second;
    const bool both = mapping != nullptr && mapping->perms.starts_with("rwx");
    EXPECT_EQ((entry.remarks & SIGNET_REMARK_WRITABLE_CODE) != 0, both);
    if (!both) continue;
    ++found;
    EXPECT_EQ(entry.kind, SIGNET_KIND_TEXT);
    EXPECT_EQ(entry.reason, SIGNET_REASON_SEALED);
    EXPECT_TRUE(IsSealed(stopped.image(), entry));
  }
  EXPECT_EQ(found, 1u);
}

// Code and constants of a module with text relocations are private copies. The ledger says so.
TEST_F(Policy, RelocatedText) {
  const Stopped stopped({Loader(), "--stop", Module("map-textrel-bfd")});
  ASSERT_TRUE(stopped.ok());
  EXPECT_EQ(stopped.Faults(kDefaultKinds), "");
  size_t found = 0;
  for (const tool::LedgerEntryView& entry : stopped.ledger().entries) {
    const bool relocated = stopped.ledger().modules[entry.module].name == "libmap-textrel-bfd.so" &&
                           (entry.kind == SIGNET_KIND_TEXT || entry.kind == SIGNET_KIND_RODATA);
    EXPECT_EQ(entry.remarks, relocated ? uint32_t{SIGNET_REMARK_RELOCATED} : 0u);
    if (!relocated) continue;
    ++found;
    EXPECT_TRUE(IsSealed(stopped.image(), entry));
    EXPECT_EQ(stopped.image().Piece(entry.start, entry.end).second->inode, 0u);
  }
  EXPECT_GE(found, 2u);
}

}  // namespace
}  // namespace signet::test

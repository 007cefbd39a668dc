// SPDX-License-Identifier: MIT
//
// A forged report against what the kernel says.
#include "tool/verify/contradictions.h"

#include <elf.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/tool/attack_data.h"

namespace signet::tool {
namespace {

using Strings = std::vector<std::string>;
using test::kExampleRelro;
using test::kExampleText;

// An attack on each range that is to be sealed.
AttackData Attacked(const test::LedgerBlock& ledger = test::ExampleLedger(),
                    std::string_view smaps = test::kExampleSmaps) {
  return test::ExampleData({test::Refused(kExampleText, AttackCall::kMunmap),
                            test::Refused(kExampleRelro, AttackCall::kMunmap)},
                           ledger, smaps);
}

Strings Found(const AttackData& data) {
  Strings found;
  for (const Finding& contradiction : FindContradictions(data).contradictions)
    found.push_back(std::string(contradiction.module) + " " + contradiction.what);
  return found;
}

std::string Replaced(std::string_view from, std::string_view to) {
  std::string smaps(test::kExampleSmaps);
  return smaps.replace(smaps.find(from), from.size(), to);
}

TEST(Contradictions, None) { EXPECT_EQ(Found(Attacked()), Strings()); }

TEST(Contradictions, OfTheKernel) {
  const test::LedgerBlock ledger = test::ExampleLedger();
  const struct {
    std::string smaps;
    std::string what;
  } cases[] = {
      {Replaced(" mr sl \n12000", " mr \n12000"), "text: not sealed by the kernel"},
      {Replaced("r-xp", "rwxp"), "text: its protection is rwxp"},
      {Replaced("r-xp", "r--p"), "text: its protection is r--p"},
      {Replaced("12000-13000 r--p", "12000-13000 rw-p"), "relro: its protection is rw-p"},
      {Replaced("10000-12000", "10000-11000"), "text: not mapped"},
      {Replaced("10000-12000", "11000-12000"), "text: not mapped"},
  };
  for (const auto& given : cases)
    EXPECT_EQ(Found(Attacked(ledger, given.smaps)), Strings({"libx.so " + given.what}))
        << given.smaps;
}

TEST(Contradictions, UnsealedThoughAnotherBackendIsNamed) {
  test::LedgerBlock ledger = test::ExampleLedger();
  ledger.entries[kExampleText].backend = SIGNET_BACKEND_GUARD;
  AttackData data = Attacked(ledger, Replaced(" mr sl \n12000", " mr \n12000"));
  EXPECT_EQ(Found(data), Strings({"libx.so text: not sealed by the kernel"}));
  data.wanted.backend = SIGNET_BACKEND_GUARD;
  EXPECT_EQ(Found(data), Strings());
}

TEST(Contradictions, ReasonsThatDoNotHold) {
  const auto found = [](signet_reason reason, uint32_t kinds, signet_kind kind,
                        signet_origin origin) {
    test::LedgerBlock ledger = test::ExampleLedger();
    ledger.modules[0].origin = static_cast<uint32_t>(origin);
    ledger.entries[kExampleRelro].reason = static_cast<uint16_t>(reason);
    ledger.entries[kExampleRelro].backend = SIGNET_BACKEND_NONE;
    ledger.entries[kExampleRelro].kind = static_cast<uint16_t>(kind);
    AttackData data = Attacked(ledger);
    data.wanted.kinds = kinds;
    return Found(data).size();
  };
  constexpr uint32_t kAll = 0x1f;
  constexpr auto kLibrary = SIGNET_ORIGIN_LIBRARY;
  EXPECT_EQ(found(SIGNET_REASON_NOT_SELECTED, kAll, SIGNET_KIND_RELRO, kLibrary), 1u);
  EXPECT_EQ(found(SIGNET_REASON_NOT_SELECTED, 1, SIGNET_KIND_RELRO, kLibrary), 0u);
  EXPECT_EQ(found(SIGNET_REASON_NOT_MARKED, kAll, SIGNET_KIND_RELRO, kLibrary), 1u);
  EXPECT_EQ(found(SIGNET_REASON_NOT_MARKED, kAll | SIGNET_MARKED_ONLY, SIGNET_KIND_RELRO, kLibrary),
            0u);
  EXPECT_EQ(found(SIGNET_REASON_MUTABLE, kAll, SIGNET_KIND_RELRO, kLibrary), 1u);
  EXPECT_EQ(found(SIGNET_REASON_MUTABLE, kAll, SIGNET_KIND_DATA, kLibrary), 0u);
  EXPECT_EQ(found(SIGNET_REASON_SELF_RELOCATED, kAll, SIGNET_KIND_RELRO, kLibrary), 1u);
  constexpr auto kProgram = SIGNET_ORIGIN_PROGRAM;
  EXPECT_EQ(found(SIGNET_REASON_SELF_RELOCATED, kAll, SIGNET_KIND_RELRO, kProgram), 0u);
  EXPECT_EQ(found(SIGNET_REASON_SELF_RELOCATED, kAll, SIGNET_KIND_TEXT, kProgram), 1u);
  EXPECT_EQ(found(SIGNET_REASON_DLOPENED, kAll, SIGNET_KIND_RELRO, kLibrary), 1u);
}

TEST(Contradictions, NotAttacked) {
  AttackData data = Attacked();
  data.records.pop_back();
  EXPECT_EQ(Found(data), Strings({"libx.so relro: was not attacked"}));
}

TEST(Contradictions, ExecutableAndNotInTheLedger) {
  const std::string more = "20000-21000 r-xp 00000000 00:00 0 \nVmFlags: rd ex mr \n";
  EXPECT_EQ(Found(Attacked(test::ExampleLedger(), std::string(test::kExampleSmaps) + more)),
            Strings({" executable, and not in the ledger"}));
  const std::string kernels =
      "20000-21000 rwxp 00000000 00:00 0 [stack]\nVmFlags: rd ex mr \n"
      "30000-31000 --xp 00000000 00:00 0 [vsyscall]\nVmFlags: ex \n";
  EXPECT_EQ(Found(Attacked(test::ExampleLedger(), std::string(test::kExampleSmaps) + kernels)),
            Strings());
}

TEST(Contradictions, SegmentsThatAreNotInTheLedger) {
  AttackData data = Attacked();
  ModuleImage image;
  image.soname = "libx.so";
  image.start = 0xf000;
  image.end = 0x14000;
  image.segments = {{0xf000, 0x10000, 0, PF_R},
                    {0x10000, 0x12000, 0, PF_R | PF_X},
                    {0x12000, 0x14000, 0, PF_R | PF_W}};
  data.snapshot.images.modules = {image};
  EXPECT_EQ(Found(data), Strings({"libx.so read-only, and not in the ledger"}));
}

TEST(Contradictions, HeadersThatWereNotRead) {
  AttackData data = Attacked();
  data.snapshot.images.cut_at = 0x20000;
  EXPECT_EQ(Found(data), Strings({" too many headers of modules; not read from here on"}));
}

// Writable code is in order only if the file demands it.
TEST(Contradictions, WritableCode) {
  AttackData data = Attacked(test::ExampleLedger(), Replaced("r-xp", "rwxp"));
  ModuleImage image;
  image.start = 0x10000;
  image.end = 0x14000;
  image.segments = {{0x10000, 0x12000, 0, PF_R | PF_W | PF_X}};
  data.snapshot.images.modules = {image};
  EXPECT_EQ(Found(data), Strings());
  data.snapshot.images.modules[0].segments[0].flags = PF_R | PF_X;
  EXPECT_EQ(Found(data), Strings({"libx.so text: its protection is rwxp"}));
}

}  // namespace
}  // namespace signet::tool

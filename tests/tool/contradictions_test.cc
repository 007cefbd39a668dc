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

// After a run: the ledger from before is that of the example, and so is the one now.
AttackData AfterARun(const test::LedgerBlock& ledger = test::ExampleLedger(),
                     std::string_view smaps = test::kExampleSmaps) {
  AttackData data = Attacked(ledger, smaps);
  for (uint32_t i = 2; i < data.ledger().entries.size(); ++i) {
    if (data.ledger().entries[i].backend != SIGNET_BACKEND_NONE)
      data.records.push_back(test::Refused(i, AttackCall::kMunmap));
  }
  data.before = std::move(test::ExampleData({}).snapshot);
  return data;
}

Strings Unsealed(const AttackData& data) {
  Strings found;
  for (const Finding& finding : FindContradictions(data).unsealed)
    found.push_back(std::string(finding.module) + " " + finding.what);
  return found;
}

constexpr std::string_view kLaterSmaps =
    "20000-21000 r-xp 00000000 08:01 8 /lib/liby.so\nVmFlags: rd ex mr \n";

test::LedgerBlock WithLater(signet_backend backend, signet_reason reason) {
  test::LedgerBlock ledger = test::ExampleLedger();
  const uint32_t module = ledger.AddModule(0x20000, 0x21000, "/lib/liby.so", "liby.so");
  ledger.AddEntry(0x20000, 0x21000, module, SIGNET_KIND_TEXT, backend, reason);
  return ledger;
}

TEST(ContradictionsAfterARun, None) {
  EXPECT_EQ(Found(AfterARun()), Strings());
  EXPECT_EQ(Unsealed(AfterARun()), Strings());
}

TEST(ContradictionsAfterARun, LaterRangesThatStayUnsealed) {
  const std::string smaps = std::string(test::kExampleSmaps) + std::string(kLaterSmaps);
  AttackData data = AfterARun(WithLater(SIGNET_BACKEND_NONE, SIGNET_REASON_NOT_ADOPTED), smaps);
  EXPECT_EQ(Found(data), Strings());
  EXPECT_EQ(Unsealed(data),
            Strings({"liby.so text: libc opened it, and the loader could not adopt it"}));

  data = AfterARun(WithLater(SIGNET_BACKEND_NONE, SIGNET_REASON_DLOPENED), smaps);
  EXPECT_EQ(Found(data), Strings({"liby.so text: left out, \"it came by dlopen, and --dlopen-seal "
                                  "leaves that unsealed\", which is not so"}));
  data.wanted.seals_dlopened = false;
  EXPECT_EQ(Found(data), Strings());
  EXPECT_EQ(Unsealed(data).size(), 1u);

  data = AfterARun(WithLater(SIGNET_BACKEND_NONE, SIGNET_REASON_NOT_CLOSED), smaps);
  EXPECT_EQ(Found(data).size(), 1u);  // not a static program
}

TEST(ContradictionsAfterARun, LaterRangesThatTheKernelDoesNotSeal) {
  const std::string smaps = std::string(test::kExampleSmaps) + std::string(kLaterSmaps);
  const AttackData data = AfterARun(WithLater(SIGNET_BACKEND_KERNEL, SIGNET_REASON_SEALED), smaps);
  EXPECT_EQ(Found(data), Strings({"liby.so text: not sealed by the kernel"}));
  EXPECT_TRUE(CameLater(data, data.ledger().entries[3]));
  EXPECT_FALSE(CameLater(data, data.ledger().entries[0]));
}

TEST(ContradictionsAfterARun, CodeThatIsInNoLedger) {
  const std::string smaps = std::string(test::kExampleSmaps) + std::string(kLaterSmaps);
  AttackData data = AfterARun(test::ExampleLedger(), smaps);
  EXPECT_EQ(Found(data), Strings());
  EXPECT_EQ(Unsealed(data), Strings({"/lib/liby.so executable memory of the program's own"}));
  ModuleImage image;
  image.start = 0x20000;
  image.end = 0x21000;
  data.snapshot.images.modules = {image};
  EXPECT_EQ(Unsealed(data), Strings({"liby.so not adopted: libc opened it and no call has come "
                                     "since, or the program has mapped it"}));
}

// Whatever the program says now, it cannot hide what was sealed before.
TEST(ContradictionsAfterARun, SealsThatAreNotListedAnyMore) {
  test::LedgerBlock ledger = test::ExampleLedger();
  ledger.entries[kExampleRelro].backend = SIGNET_BACKEND_NONE;
  ledger.entries[kExampleRelro].reason = SIGNET_REASON_NOT_ADOPTED;
  EXPECT_EQ(Found(AfterARun(ledger)),
            Strings({"libx.so sealed before the program ran, and not any more"}));
  ledger.entries.erase(ledger.entries.begin() + kExampleRelro);
  AttackData data = AfterARun(ledger);
  data.records.pop_back();
  EXPECT_EQ(Found(data), Strings({"libx.so sealed before the program ran, and not any more"}));
}

// What was forged before the program ran is found as without a run.
TEST(ContradictionsAfterARun, BeforeTheRun) {
  AttackData data = AfterARun();
  data.before->mappings[0].permissions = "rwxp";
  EXPECT_EQ(Found(data), Strings({"libx.so text: its protection is rwxp"}));
}

// Others may share what the program has sealed itself.
TEST(ContradictionsAfterARun, OwnRangesAreNotAttacked) {
  test::LedgerBlock ledger = test::ExampleLedger();
  const uint32_t own = ledger.AddModule(0, 0, "", "", SIGNET_ORIGIN_OWN);
  ledger.AddEntry(0x20000, 0x21000, own, SIGNET_KIND_DATA, SIGNET_BACKEND_KERNEL,
                  SIGNET_REASON_OWN);
  const std::string smaps = std::string(test::kExampleSmaps) +
                            "20000-21000 rw-s 00000000 08:01 9 /tmp/file\nVmFlags: rd wr sl \n";
  AttackData data = AfterARun(ledger, smaps);
  data.records.pop_back();
  EXPECT_EQ(Found(data), Strings());
  data.snapshot.mappings.back().sealed = false;
  EXPECT_EQ(Found(data), Strings({" data: not sealed by the kernel"}));
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

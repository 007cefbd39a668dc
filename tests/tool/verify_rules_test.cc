// SPDX-License-Identifier: MIT
//
// Which attacks are denied, which are allowed by design, and which are breaches.
#include "tool/verify/verify_rules.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cerrno>
#include <csignal>

#include "tests/tool/attack_data.h"

namespace signet::tool {
namespace {

using test::Done;
using test::Refused;

constexpr uint16_t kGuardInstall = 102;

constexpr RangeFacts kFileText = {SIGNET_KIND_TEXT, SIGNET_BACKEND_KERNEL, false, false};
constexpr RangeFacts kWritableText = {SIGNET_KIND_TEXT, SIGNET_BACKEND_KERNEL, false, true};
constexpr RangeFacts kRelro = {SIGNET_KIND_RELRO, SIGNET_BACKEND_KERNEL, true, false};
constexpr RangeFacts kFileRelro = {SIGNET_KIND_RELRO, SIGNET_BACKEND_KERNEL, false, false};
constexpr RangeFacts kData = {SIGNET_KIND_DATA, SIGNET_BACKEND_KERNEL, true, true};

Outcome OutcomeOf(const RangeFacts& range, const AttackRecord& record) {
  return Judge(range, record).outcome;
}

AttackRecord Killed(AttackRecord record, int signal) {
  record.signal = static_cast<uint8_t>(signal);
  return record;
}

// An attack that was refused and changed nothing is always denied. An attack that changed a
// protection or removed pages is always a breach, whatever the kernel answered.
TEST(Judge, EveryAttack) {
  for (uint8_t call = 1; call < kAttackCallCount; ++call) {
    for (const RangeFacts& range : {kFileText, kRelro, kFileRelro, kData}) {
      AttackRecord record = Refused(0, static_cast<AttackCall>(call));
      EXPECT_EQ(OutcomeOf(range, record), Outcome::kDenied) << int{call};
      record.answer = -EINVAL;
      EXPECT_EQ(OutcomeOf(range, record), Outcome::kDenied) << int{call};
      if (range.kind == SIGNET_KIND_DATA) continue;
      for (const uint16_t effects : {kAttackUnmapped, kAttackWritability}) {
        record.effects = effects;
        EXPECT_EQ(OutcomeOf(range, record), Outcome::kBreach) << int{call} << " " << effects;
      }
    }
  }
}

TEST(Judge, WhatMsealDeniesIsABreachEvenIfNothingIsSeen) {
  for (const AttackCall call :
       {AttackCall::kMprotect, AttackCall::kPkeyMprotect, AttackCall::kMunmap,
        AttackCall::kMapFixed, AttackCall::kRemapAway, AttackCall::kRemapSame,
        AttackCall::kRemapOnto, AttackCall::kRemapFilePages, AttackCall::kShmat, AttackCall::kBrk,
        AttackCall::kMapHuge, AttackCall::kMapHugeFile, AttackCall::kMprotectAlias,
        AttackCall::kMoveBreak, AttackCall::kProcessVm}) {
    EXPECT_EQ(OutcomeOf(kFileText, Done(0, call)), Outcome::kBreach) << static_cast<int>(call);
    EXPECT_EQ(OutcomeOf(kRelro, Done(0, call)), Outcome::kBreach) << static_cast<int>(call);
  }
}

TEST(Judge, DiscardsOfFilePages) {
  for (const AttackCall call : {AttackCall::kMadvise, AttackCall::kProcessMadvise,
                                AttackCall::kRemoteMadvise, AttackCall::kIoUring}) {
    EXPECT_EQ(OutcomeOf(kFileText, Done(0, call, MADV_DONTNEED)), Outcome::kByDesign);
    EXPECT_EQ(OutcomeOf(kRelro, Done(0, call, MADV_DONTNEED)), Outcome::kBreach);
    // Discarded RELRO in the file's pages has the contents from before relocation.
    EXPECT_EQ(OutcomeOf(kFileRelro, Done(0, call, MADV_DONTNEED, kAttackBytes)), Outcome::kBreach);
    EXPECT_EQ(OutcomeOf(kData, Done(0, call, MADV_DONTNEED, kAttackBytes)), Outcome::kByDesign);
  }
}

// Another process may give advice that changes no byte. If a byte changes, no backend may have let
// it happen.
TEST(Judge, AdviceOfAnotherProcess) {
  constexpr uint16_t kCollapse = 25;
  for (const uint16_t advice : {uint16_t{MADV_PAGEOUT}, kCollapse}) {
    for (RangeFacts range : {kFileText, kRelro, kData}) {
      for (const signet_backend backend :
           {SIGNET_BACKEND_KERNEL, SIGNET_BACKEND_SECCOMP, SIGNET_BACKEND_GUARD}) {
        range.backend = backend;
        EXPECT_EQ(OutcomeOf(range, Done(0, AttackCall::kRemoteMadvise, advice)),
                  Outcome::kByDesign);
        EXPECT_EQ(OutcomeOf(range, Done(0, AttackCall::kRemoteMadvise, advice, kAttackBytes)),
                  Outcome::kBreach);
      }
    }
  }
}

TEST(Judge, GuardsInFilePages) {
  const AttackRecord guard = Done(0, AttackCall::kMadvise, kGuardInstall, kAttackReadability);
  EXPECT_EQ(OutcomeOf(kFileText, guard), Outcome::kByDesign);
  EXPECT_NE(Judge(kFileText, guard).reason.find("6.15"), std::string_view::npos);
  EXPECT_EQ(OutcomeOf(kFileText, Killed(Done(0, AttackCall::kMadvise, kGuardInstall), SIGSEGV)),
            Outcome::kByDesign);
  EXPECT_EQ(OutcomeOf(kRelro, guard), Outcome::kBreach);
  EXPECT_EQ(OutcomeOf(kFileText, Done(0, AttackCall::kMadvise, kGuardInstall, kAttackBytes)),
            Outcome::kBreach);
}

TEST(Judge, ForkedProcesses) {
  const AttackRecord kept = Done(0, AttackCall::kMadvise, MADV_DONTFORK, kAttackInChildren);
  EXPECT_EQ(OutcomeOf(kFileText, kept), Outcome::kByDesign);
  EXPECT_EQ(OutcomeOf(kRelro, kept), Outcome::kBreach);
  EXPECT_EQ(OutcomeOf(kFileText, Killed(kept, SIGBUS)), Outcome::kBreach);
}

TEST(Judge, DebuggersMayWrite) {
  for (const AttackCall call : {AttackCall::kSelfMem, AttackCall::kPtrace}) {
    EXPECT_EQ(OutcomeOf(kFileText, Done(0, call, 0, kAttackBytes)), Outcome::kByDesign);
    EXPECT_EQ(OutcomeOf(kRelro, Done(0, call, 0, kAttackBytes)), Outcome::kByDesign);
    EXPECT_EQ(OutcomeOf(kRelro, Done(0, call, 0, kAttackBytes | kAttackReadability)),
              Outcome::kBreach);
  }
  EXPECT_EQ(OutcomeOf(kFileText, Done(0, AttackCall::kProcessVm, 0, kAttackBytes)),
            Outcome::kBreach);
  EXPECT_EQ(OutcomeOf(kData, Done(0, AttackCall::kProcessVm, 0, kAttackBytes)), Outcome::kByDesign);
}

// Code that may be written to may be changed. Its place and protection are sealed as those of all.
TEST(Judge, WritableCode) {
  for (const AttackCall call : {AttackCall::kMadvise, AttackCall::kIoUring})
    EXPECT_EQ(OutcomeOf(kWritableText, Done(0, call, MADV_DONTNEED, kAttackBytes)),
              Outcome::kByDesign);
  EXPECT_EQ(OutcomeOf(kWritableText, Done(0, AttackCall::kMadvise, kGuardInstall,
                                          kAttackReadability | kAttackWritability)),
            Outcome::kByDesign);
  for (const AttackCall call : {AttackCall::kProcessVm, AttackCall::kSelfMem, AttackCall::kPtrace})
    EXPECT_EQ(OutcomeOf(kWritableText, Done(0, call, 0, kAttackBytes)), Outcome::kByDesign);
  for (const AttackCall call : {AttackCall::kMprotect, AttackCall::kMunmap, AttackCall::kMapFixed})
    EXPECT_EQ(OutcomeOf(kWritableText, Done(0, call)), Outcome::kBreach);
  EXPECT_EQ(OutcomeOf(kWritableText, Done(0, AttackCall::kNone, 0, kAttackBytes)),
            Outcome::kBreach);
}

TEST(Judge, AbsentPagesMayBeFilled) {
  EXPECT_EQ(OutcomeOf(kRelro, Done(0, AttackCall::kUserfault)), Outcome::kByDesign);
  EXPECT_EQ(OutcomeOf(kRelro, Done(0, AttackCall::kUserfault, 0, kAttackBytes)), Outcome::kBreach);
}

TEST(Judge, UnexplainedChangesAreBreaches) {
  EXPECT_EQ(OutcomeOf(kFileText, Done(0, AttackCall::kNone, 0, kAttackBytes)), Outcome::kBreach);
  EXPECT_EQ(OutcomeOf(kData, Killed(Done(0, AttackCall::kNone), SIGALRM)), Outcome::kBreach);
}

TEST(Judge, ExpectedBreaches) {
  RangeFacts range = kFileText;
  AttackRecord record = Done(0, AttackCall::kMunmap, 0, kAttackUnmapped);
  EXPECT_EQ(Judge(range, record).reason, "");
  range.backend = SIGNET_BACKEND_NONE;
  EXPECT_EQ(Judge(range, record).reason, "nothing holds this range");
  range.backend = SIGNET_BACKEND_GUARD;
  EXPECT_NE(Judge(range, record).reason, "");
  record.way = static_cast<uint8_t>(AttackWay::kCall);
  EXPECT_EQ(Judge(range, record).outcome, Outcome::kBreach);
  EXPECT_EQ(Judge(range, record).reason, "");

  RangeFacts filtered = kRelro;
  filtered.backend = SIGNET_BACKEND_SECCOMP;
  EXPECT_EQ(Judge(filtered, Done(0, AttackCall::kMadvise, MADV_DONTNEED)).reason, "");
  EXPECT_NE(Judge(filtered, Done(0, AttackCall::kIoUring, MADV_DONTNEED)).reason, "");
  EXPECT_EQ(OutcomeOf(filtered, Done(0, AttackCall::kIoUring, MADV_DONTNEED)), Outcome::kBreach);
}

TEST(VerifyNames, OfAttacks) {
  AttackRecord record = Refused(0, AttackCall::kMprotect, PROT_READ | PROT_EXEC);
  EXPECT_EQ(AttackName(record), "mprotect");
  EXPECT_EQ(AttackDetail(record), "to r-x");
  record.part = static_cast<uint8_t>(AttackPart::kFirst);
  EXPECT_EQ(AttackDetail(record), "to r-x, first page");
  EXPECT_EQ(AttackName(Refused(0, AttackCall::kMadvise, MADV_DONTNEED)), "madvise MADV_DONTNEED");
  EXPECT_EQ(AttackName(Refused(0, AttackCall::kProcessMadvise, 999)), "process_madvise 999");
  EXPECT_EQ(AnswerName(0), "done");
  EXPECT_EQ(AnswerName(-EPERM), "EPERM");
  EXPECT_EQ(AnswerName(-4000), "errno 4000");
  record.effects = kAttackUnmapped | kAttackBytes;
  record.signal = SIGSEGV;
  EXPECT_EQ(EffectNames(record), "pages gone, bytes changed, ended by SIGSEGV");
}

}  // namespace
}  // namespace signet::tool

// SPDX-License-Identifier: MIT
#include "sealer/attack/campaign.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>

#include <atomic>

#include "base/line.h"
#include "base/syscall.h"
#include "elf/types.h"
#include "sealer/attack/effects.h"

namespace signet {
namespace {

constexpr size_t kMaxOperations = 64;
constexpr size_t kMostOfOneRange = 256;  // records
constexpr long kPatience = 60;           // seconds for one range

// Each attack, a change that none explains, and the debugger's.
static_assert(kMaxOperations * kAttackWayCount + 2 <= kMostOfOneRange);

// Shared by the children and their parent.
struct Board {
  enum Phase : uint32_t { kBetween, kWatching, kTrying };

  // The attack that comes next, or is going on.
  uint32_t target;
  uint32_t operation;
  uint32_t way;
  uint32_t phase;

  uint64_t record_count;
  uint8_t spoiled[SIGNET_KIND_COUNT][kMaxOperations][kAttackWayCount];
};

class Campaign {
 public:
  [[gnu::cold]] Campaign(const signet_ledger& ledger, const AttackMeans& means)
      : base_(std::bit_cast<uint64_t>(&ledger)),
        ledger_(ledger),
        targets_(TakeTargets()),
        attacker_(means, targets_) {
    board_ = Shared<Board>();
    records_ = Shared<AttackRecord>((targets_.size() + 1) * kMostOfOneRange);
  }

  [[gnu::cold]] std::span<const AttackRecord> Run() {
    while (board_->target < targets_.size()) RunChild();
    PokeAll();
    return {records_, board_->record_count};
  }

 private:
  template <typename T>
  static T* Shared(size_t count = 1) {
    const long pages = sys::Map(0, count * sizeof(T), PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE);
    if (sys::Failed(pages)) Fail("map memory", sys::Errno(pages));
    return std::bit_cast<T*>(pages);
  }

  [[noreturn, gnu::cold]] static void Fail(std::string_view what, int error) {
    { Line() << "ld-signet: --verify: cannot " << what << ": " << ErrnoText{error}; }
    sys::Exit(1);
  }

  const signet_ledger_entry& EntryAt(uint32_t index) const {
    return *std::bit_cast<const signet_ledger_entry*>(base_ + ledger_.entries +
                                                      uint64_t{index} * ledger_.entry_size);
  }
  const signet_ledger_module& ModuleOf(const signet_ledger_entry& entry) const {
    return *std::bit_cast<const signet_ledger_module*>(
        base_ + ledger_.modules + uint64_t{entry.module} * ledger_.module_size);
  }

  // Copies the entries. Their indices in the ledger go to indices_.
  [[gnu::cold]] std::span<const signet_ledger_entry> TakeTargets() {
    auto* targets = Shared<signet_ledger_entry>(ledger_.entry_count + 1);
    indices_ = Shared<uint32_t>(ledger_.entry_count + 1);
    size_t count = 0;
    for (uint32_t i = 0; i < ledger_.entry_count; ++i) {
      const signet_ledger_entry& entry = EntryAt(i);
      if (!IsAttacked(entry.reason, entry.backend)) continue;
      indices_[count] = i;
      targets[count++] = entry;
    }
    return {targets, count};
  }

  // In the parent.

  [[gnu::cold]] void RunChild() {
    board_->phase = Board::kBetween;
    const long process = ForkChild();
    if (process == 0) {
      Attack();
      sys::Exit(0);
    }
    if (sys::Failed(process)) Fail("fork", sys::Errno(process));
    const int status = WaitForChild(process);
    if ((status & 0x7f) != 0) NoteDeath(status & 0x7f);
  }

  [[gnu::cold]] void NoteDeath(int signal) {
    if (board_->phase == Board::kTrying) {
      CountSpoiled();
      Add(Operation(), Way(), 0, 0, signal);
      Next();
      return;
    }
    if (board_->target >= targets_.size()) return;
    Add({AttackCall::kNone, AttackPart::kWhole, 0}, AttackWay::kInline, 0, 0, signal);
    NextTarget();
  }

  // This process writes to the memory of a child, as a debugger does.
  [[gnu::cold]] void PokeAll() {
    const AttackVictim victim;
    for (board_->target = 0; board_->target < targets_.size(); ++board_->target) {
      uint16_t effects = 0;
      const long answer = victim.Poke(Target().end, effects);
      Add({AttackCall::kPtrace, AttackPart::kLast, 0}, AttackWay::kInline, answer, effects, 0);
    }
  }

  // In a child. Returns when all is done, or when the process is spoiled.

  [[gnu::cold]] void Attack() {
    EffectChecker checker;
    while (board_->target < targets_.size()) {
      const itimerval patience = {{0, 0}, {kPatience, 0}};
      sys::Call(__NR_setitimer, ITIMER_REAL, &patience, 0);
      board_->phase = Board::kWatching;
      const uint64_t bytes_start = BytesStart();
      checker.Begin(Target().start, Target().end, bytes_start);
      if (!AttackTarget(checker)) return;
      board_->phase = Board::kWatching;
      if (const uint16_t effects = checker.CheckAll(); effects != 0) {
        Add({AttackCall::kNone, AttackPart::kWhole, 0}, AttackWay::kInline, 0, effects, 0);
        NextTarget();
        return;
      }
      board_->phase = Board::kBetween;
      NextTarget();
    }
  }

  // False when the process is spoiled.
  [[gnu::cold]] bool AttackTarget(EffectChecker& checker) {
    const size_t target_operations = AttackOperations().size();
    while (board_->operation < target_operations) {
      if (!IsWorthwhile()) {
        Next();
        continue;
      }
      board_->phase = Board::kTrying;
      const long answer = attacker_.Run(Operation(), Way(), Target());
      uint16_t effects = checker.Check();
      if (answer == 0 && IsAboutChildren()) effects |= EffectInChild(checker);
      Add(Operation(), Way(), answer, effects, 0);
      const bool spoiled = (answer == 0 && !attacker_.Undo(Operation(), Target())) ||
                           (effects != 0 && checker.Check() != 0);
      if (spoiled) CountSpoiled();
      Next();
      if (spoiled) return false;
    }
    return true;
  }

  [[gnu::cold]] bool IsWorthwhile() const {
    const uint8_t spoiled = board_->spoiled[Target().kind][board_->operation][board_->way];
    return spoiled < kEnoughSpoiledChildren && attacker_.Applies(Operation(), Way(), Target());
  }

  bool IsAboutChildren() const {
    const AttackOperation& operation = Operation();
    return operation.call == AttackCall::kMadvise &&
           (operation.argument == MADV_DONTFORK || operation.argument == MADV_WIPEONFORK);
  }

  [[gnu::cold]] static uint16_t EffectInChild(EffectChecker& checker) {
    const long process = ForkChild();
    if (process == 0) sys::Exit(checker.Check() != 0 ? 1 : 0);
    return WaitForChild(process) != 0 ? kAttackInChildren : 0;
  }

  // The kernel's clocks change all the time, and so do the loader's own variables while it works.
  [[gnu::cold]] uint64_t BytesStart() const {
    const signet_ledger_module& module = ModuleOf(Target());
    if (module.origin == SIGNET_ORIGIN_KERNEL) return module.start;
    if (module.origin == SIGNET_ORIGIN_LOADER && Target().kind == SIGNET_KIND_DATA)
      return Target().end;
    return Target().start;
  }

  // What the board says about the attack.

  const signet_ledger_entry& Target() const { return targets_[board_->target]; }
  [[gnu::cold]] const AttackOperation& Operation() const {
    return AttackOperations()[board_->operation];
  }
  AttackWay Way() const { return static_cast<AttackWay>(board_->way); }

  [[gnu::cold]] void Next() {
    board_->phase = Board::kBetween;
    if (++board_->way < kAttackWayCount) return;
    board_->way = 0;
    ++board_->operation;
  }
  [[gnu::cold]] void NextTarget() {
    board_->operation = 0;
    board_->way = 0;
    ++board_->target;
  }

  [[gnu::cold]] void CountSpoiled() {
    ++board_->spoiled[Target().kind][board_->operation][board_->way];
  }

  // The record counts when it is written. An attack may have taken the memory of the records from
  // this child, and then it is its parent that writes one.
  [[gnu::cold]] void Add(const AttackOperation& operation, AttackWay way, long answer,
                         uint16_t effects, int signal) {
    const uint64_t count = board_->record_count;
    records_[count] = {indices_[board_->target],
                       static_cast<uint8_t>(operation.call),
                       static_cast<uint8_t>(operation.part),
                       static_cast<uint8_t>(way),
                       static_cast<uint8_t>(signal),
                       operation.argument,
                       effects,
                       static_cast<int32_t>(answer)};
    std::atomic_ref(board_->record_count).store(count + 1, std::memory_order_release);
  }

  uint64_t base_;  // of the ledger
  const signet_ledger& ledger_;
  uint32_t* indices_ = nullptr;
  std::span<const signet_ledger_entry> targets_;
  Attacker attacker_;
  Board* board_ = nullptr;
  AttackRecord* records_ = nullptr;
};

// The program's handlers must not run in the children. A handler of SIGSEGV may go on for ever.
[[gnu::cold]] void ResetSignals() {
  constexpr int kSignals = 64;
  const sys::SignalAction by_default;
  for (int signal = 1; signal <= kSignals; ++signal)
    sys::SetSignalAction(signal, &by_default, nullptr);
}

}  // namespace

std::span<const AttackRecord> AttackSeals(const signet_ledger& ledger, const AttackMeans& means) {
  ResetSignals();
  const uint64_t alarm = uint64_t{1} << (SIGALRM - 1);
  sys::SetSignalMask(SIG_UNBLOCK, &alarm, nullptr);
  const rlimit no_core = {0, 0};
  sys::Call(__NR_setrlimit, RLIMIT_CORE, &no_core);
  return Campaign(ledger, means).Run();
}

}  // namespace signet

// SPDX-License-Identifier: MIT
//
// The ledger as it is published: after any changes it says what was asked for, although only what
// has changed is written.
#include "sealer/ledger.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <string>
#include <vector>

namespace signet {
namespace {

constexpr uint64_t kPage = 4096;
constexpr uint64_t kTop = uint64_t{1} << 46;

// What the ledger in force must say.
class Model {
 public:
  // With three entries: below all others, or, now and then, above them.
  void AddModule(bool is_above) {
    const uint64_t start = is_above ? top_ : (bottom_ -= 3 * kPage);
    if (is_above) top_ += 3 * kPage;
    const auto number = static_cast<uint32_t>(modules_.size());
    texts_.push_back("/lib/module-" + std::to_string(start));
    modules_.push_back({start, start + 3 * kPage, start, texts_.back(),
                        std::string_view(texts_.back()).substr(5), SIGNET_ORIGIN_LIBRARY});
    std::vector<signet_ledger_entry> fresh(3);
    for (uint64_t i = 0; i < fresh.size(); ++i) {
      fresh[i].start = start + i * kPage;
      fresh[i].end = fresh[i].start + kPage;
      fresh[i].module = number;
    }
    const auto place = is_above ? entries_.end() : entries_.begin();
    unchanged_.last_entries = is_above ? 0 : unchanged_.last_entries;
    entries_.insert(place, fresh.begin(), fresh.end());
  }

  void RemoveModule(size_t number) {
    modules_.erase(modules_.begin() + static_cast<ptrdiff_t>(number));
    std::erase_if(entries_,
                  [&](const signet_ledger_entry& entry) { return entry.module == number; });
    for (signet_ledger_entry& entry : entries_) entry.module -= entry.module > number ? 1 : 0;
    unchanged_.first_modules = std::min(unchanged_.first_modules, number);
    unchanged_.last_entries = 0;
  }

  void ChangeEntry(size_t i) {
    entries_[i].remarks += 1;
    unchanged_.last_entries = std::min(unchanged_.last_entries, entries_.size() - 1 - i);
  }

  [[nodiscard]] bool Publish(signet_backend backend) {
    if (!ReserveLedger(modules_, entries_.size(), unchanged_, backend) ||
        !PublishLedger(modules_, entries_, unchanged_, backend, 7)) {
      return false;
    }
    unchanged_ = {modules_.size(), entries_.size()};
    return true;
  }

  void ExpectPublished() const {
    ASSERT_NE(PublishedLedger(), nullptr);
    ExpectModules();
    ExpectEntries();
    ExpectApart(*PublishedLedger());
  }

  size_t module_count() const { return modules_.size(); }
  size_t entry_count() const { return entries_.size(); }

 private:
  void ExpectModules() const {
    const signet_ledger* ledger = PublishedLedger();
    ASSERT_EQ(ledger->module_count, modules_.size());
    const auto* start = reinterpret_cast<const std::byte*>(ledger);
    const auto* published = reinterpret_cast<const signet_ledger_module*>(start + ledger->modules);
    for (uint32_t i = 0; i < modules_.size(); ++i) {
      ASSERT_EQ(published[i].start, modules_[i].start);
      ASSERT_EQ(PublishedModuleName(i), modules_[i].name);
    }
  }

  void ExpectEntries() const {
    const auto entries = PublishedEntries();
    ASSERT_EQ(entries.size(), entries_.size());
    for (size_t i = 0; i < entries.size(); ++i) {
      ASSERT_EQ(entries[i].start, entries_[i].start);
      ASSERT_EQ(entries[i].module, entries_[i].module);
      ASSERT_EQ(entries[i].remarks, entries_[i].remarks);
      signet_ledger_entry found = {};
      ASSERT_TRUE(FindPublished(entries_[i].end - 1, found));
      ASSERT_EQ(found.start, entries_[i].start);
    }
  }

  // The parts do not overlap, and fill the block to its end.
  static void ExpectApart(const signet_ledger& ledger) {
    ASSERT_LE(ledger.modules + uint64_t{ledger.module_count} * ledger.module_size, ledger.strings);
    ASSERT_LE(ledger.strings + ledger.strings_size, ledger.entries);
    ASSERT_EQ(ledger.entries + uint64_t{ledger.entry_count} * ledger.entry_size, ledger.size);
  }

  std::deque<std::string> texts_;  // they stay where they are
  std::vector<LedgerModule> modules_;
  std::vector<signet_ledger_entry> entries_;
  UnchangedPart unchanged_;
  uint64_t bottom_ = kTop;
  uint64_t top_ = kTop;
};

// The ledger is one for the process, so this is one test.
TEST(Ledger, SaysWhatWasPublishedLast) {
  EXPECT_EQ(PublishedLedger(), nullptr);
  std::mt19937 random(20);
  const auto below = [&](size_t limit) { return random() % limit; };
  Model model;
  for (int round = 0; round < 2000; ++round) {
    const size_t count = model.module_count();
    switch (below(8)) {
      case 0:
        model.AddModule(/* is_above */ true);
        break;
      case 1:
      case 2:
        if (count > 60 || (count > 1 && below(4) == 0)) model.RemoveModule(below(count));
        break;
      case 3:
        if (count != 0) model.ChangeEntry(below(model.entry_count()));
        break;
      case 4:
        break;  // published again as it is
      default:
        model.AddModule(/* is_above */ false);
    }
    if (below(5) == 0) continue;  // several changes at once
    const auto backend = below(20) == 0 ? SIGNET_BACKEND_GUARD : SIGNET_BACKEND_KERNEL;
    ASSERT_TRUE(model.Publish(backend));
    model.ExpectPublished();
    if (HasFatalFailure()) FAIL() << "round " << round;
  }
}

}  // namespace
}  // namespace signet

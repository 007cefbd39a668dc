// SPDX-License-Identifier: MIT
//
// Random sequences of mapping calls end alike under the kernel's seals and under the ledger's:
// every answer, every page's protection and every page's content after each call.
//
// A sequence is made by its seed alone; SIGNET_TEST_SEED=N tries the sequences from N on instead.
// Answers are those of Linux 6.17 and later: before, mremap asks for the source's seal before it
// looks for a target that is wrong in itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "tests/seal/mapping_script.h"

namespace signet::test {
namespace {

constexpr unsigned kSequences = 150;
constexpr int kCalls = 60;
constexpr int kPages = 12;

class Sequence {
 public:
  explicit Sequence(unsigned seed) : random_(seed) {}

  std::string Make() {
    std::string script = "map 0 " + std::to_string(kPages) + " w\n";
    script += "write 0 " + std::to_string(kPages) + " z\n";
    for (int i = 0; i < kCalls; ++i) {
      script += Call() + "\nbytes 0 " + std::to_string(kPages) + "\n";
      if (i % 10 == 9) script += "sealed 0 " + std::to_string(kPages) + "\n";
    }
    return script;
  }

 private:
  int Below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }

  template <size_t kCount>
  std::string OneOf(const std::array<const char*, kCount>& words) {
    return words.at(random_() % kCount);
  }

  // Some pages, rarely with bytes that do not make one.
  std::string Amount(int pages) {
    return std::to_string(pages) + (Below(20) == 0 ? OneOf<2>({"+1", "-1"}) : "");
  }
  std::string Place() { return " " + Amount(Below(kPages + 1)); }
  std::string Length() { return " " + Amount(Below(12) == 0 ? 0 : 1 + Below(6)); }
  std::string Protection() { return " " + OneOf<6>({"-", "r", "r", "w", "w", "x"}); }

  std::string Map() {
    static constexpr std::array kKinds = {"", "", " shared", " file", " noreplace"};
    return "map" + Place() + Length() + Protection() + OneOf(kKinds);
  }

  // A single page moves and grows, which is one mapping whatever is sealed; more of them only
  // shrink: kernels differ in how far they get with several.
  std::string Remap() {
    if (Below(4) == 0) {
      const int size = 1 + Below(6);
      return "remap" + Place() + " " + Amount(size) + " " + std::to_string(1 + Below(size)) +
             OneOf<2>({"", " maymove"});
    }
    static constexpr std::array kWays = {"", " maymove", " fixed", " fixed", " dontunmap"};
    const std::string way = OneOf(kWays);
    return "remap" + Place() + " 1 " + std::to_string(1 + Below(3)) + way +
           (way == " fixed" ? Place() : "");
  }

  // Not FREE: when the kernel takes those pages is up to it. Nor GUARD_INSTALL: the ledger holds
  // its pages for such as the thread may not write.
  std::string Advise() {
    static constexpr std::array kAdvice = {
        " DONTNEED",   " DONTNEED", " DONTNEED_LOCKED", " REMOVE", " DONTFORK", " WIPEONFORK",
        " KEEPONFORK", " RANDOM",   " WILLNEED",        " COLD",   " DONTDUMP", " POPULATE_READ",
        " 12345"};
    return "advise" + Place() + Length() + OneOf(kAdvice);
  }

  std::string Call() {
    const int what = Below(100);
    if (what < 20) return Map();
    if (what < 26) return "unmap" + Place() + Length();
    if (what < 48) return "protect" + Place() + Length() + Protection();
    if (what < 62) return Remap();
    if (what < 82) return Advise();
    if (what < 88) return "seal" + Place() + " " + Amount(Below(4)) + (Below(10) == 0 ? " 1" : "");
    const char letter[] = {' ', static_cast<char>('a' + Below(25)), '\0'};
    const int at = Below(kPages);
    return "write " + std::to_string(at) + " " + std::to_string(1 + Below(kPages - at)) + letter;
  }

  std::mt19937 random_;
};

// The part of two transcripts up to the first line that differs, and that line of the second.
std::string FirstDifference(const std::string& a, const std::string& b) {
  const auto differ = std::ranges::mismatch(a, b);
  const auto at = static_cast<size_t>(differ.in1 - a.begin());
  return a.substr(0, a.find('\n', at) + 1) + "but:\n" +
         b.substr(b.rfind('\n', at == 0 ? 0 : at - 1) + 1, 80);
}

TEST(RandomCalls, LedgerAnswersAsTheKernel) {
  if (const std::string reason = MissingBackendReason("kernel"); !reason.empty())
    GTEST_SKIP() << reason;
  const char* given = std::getenv("SIGNET_TEST_SEED");
  const unsigned first = given == nullptr ? 0 : static_cast<unsigned>(std::atol(given));
  std::printf("seeds %u to %u\n", first, first + kSequences - 1);
  unsigned refusals = 0;
  for (unsigned seed = first; seed < first + kSequences; ++seed) {
    const std::string script = Sequence(seed).Make();
    const std::string kernel = Transcript("kernel", script);
    const std::string ledger = Transcript("ledger", script);
    ASSERT_EQ(ScriptOf(kernel), script) << "seed " << seed;
    EXPECT_TRUE(kernel == ledger) << "seed " << seed << "\n" << FirstDifference(kernel, ledger);
    for (size_t at = 0; (at = kernel.find(" = EPERM", at)) != std::string::npos; ++at) ++refusals;
  }
  // The sequences are worth their time.
  EXPECT_GE(refusals, kSequences * 3);
}

}  // namespace
}  // namespace signet::test

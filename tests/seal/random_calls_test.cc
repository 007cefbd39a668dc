// SPDX-License-Identifier: MIT
//
// Random sequences of mapping calls have the same results under the kernel's seals and under those
// of the backend guard: every answer, and the protection and content of every page after each call.
//
// There is one exception. If two mappings lie side by side, are alike, and neither is sealed, the
// kernel may or may not have merged them. That depends on how their pages came into being, and so
// on seals that lay between them. mremap shows the difference. A sequence is compared up to there.
//
// The seed alone determines a sequence. SIGNET_TEST_SEED=N tries the sequences from N on instead.
// The answers are those of Linux 6.17 and later. Before, mremap checked the source's seal before it
// checked whether the target was valid.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "tests/seal/contract_cases.h"
#include "tests/seal/mapping_script.h"
#include "tests/support/capability.h"

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
      const std::string call = Call();
      if (call.starts_with("remap")) script += "borders 0 24\n";
      script += call + "\nbytes 0 " + std::to_string(kPages) + "\n";
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

  // Some pages; sometimes also a few bytes more.
  std::string Amount(int pages) {
    return std::to_string(pages) + (Below(20) == 0 ? OneOf<2>({"+1", "-1"}) : "");
  }
  std::string Place() { return " " + Amount(Below(kPages + 1)); }
  std::string Length() { return " " + Amount(Below(12) == 0 ? 0 : 1 + Below(6)); }
  std::string Protection() { return " " + OneOf<6>({"-", "r", "r", "w", "w", "x"}); }

  std::string Map() {
    static constexpr std::array kKinds = {
        "", "", " shared", " file", " shared file readonly", " noreplace"};
    return "map" + Place() + Length() + Protection() + OneOf(kKinds);
  }

  std::string Remap() {
    static constexpr std::array kWays = {"",       " maymove", " fixed",
                                         " fixed", " fixed",   " dontunmap"};
    const std::string way = OneOf(kWays);
    const int size = 1 + Below(5);
    const int new_size = Below(2) == 0 ? size : 1 + Below(6);
    return "remap" + Place() + " " + Amount(Below(30) == 0 ? 0 : size) + " " +
           std::to_string(new_size) + way + (way == " fixed" ? Place() : "");
  }

  // Not FREE, because the kernel takes those pages at a time of its own choice.
  std::string Advise() {
    static constexpr std::array kAdvice = {
        " DONTNEED",     " DONTNEED",      " DONTNEED_LOCKED", " REMOVE",        " DONTFORK",
        " WIPEONFORK",   " KEEPONFORK",    " RANDOM",          " WILLNEED",      " COLD",
        " DONTDUMP",     " POPULATE_READ", " 12345",           " GUARD_INSTALL", " GUARD_INSTALL",
        " GUARD_REMOVE", " POPULATE_WRITE"};
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

// The part of two transcripts up to the first line that differs, and that line of the second. Empty
// if there is none.
struct Difference {
  std::string before;
  std::string first;
  std::string second;

  Difference(const std::string& a, const std::string& b) {
    const auto differ = std::ranges::mismatch(a, b);
    if (differ.in1 == a.end() && differ.in2 == b.end()) return;
    const auto at = static_cast<size_t>(differ.in1 - a.begin());
    const size_t line = at == 0 ? 0 : a.rfind('\n', at - 1) + 1;
    before = a.substr(0, line);
    first = a.substr(line, a.find('\n', at) - line);
    second = b.substr(line, b.find('\n', at) - line);
  }

  bool is_of_borders() const { return first.starts_with("borders "); }
};

TEST(RandomCalls, GuardAnswersAsTheKernel) {
  if (const std::string reason = MissingBackendReason("kernel"); !reason.empty())
    SIGNET_SKIP_WITHOUT(kMseal, reason);
  if (const std::string reason = MissingReason(Need::kManyMoves); !reason.empty())
    SIGNET_SKIP_WITHOUT(kNewKernel, reason);
  const char* given = std::getenv("SIGNET_TEST_SEED");
  const unsigned first = given == nullptr ? 0 : static_cast<unsigned>(std::atol(given));
  std::printf("seeds %u to %u\n", first, first + kSequences - 1);
  unsigned refusals = 0;
  unsigned cut = 0;
  for (unsigned seed = first; seed < first + kSequences; ++seed) {
    const std::string script = Sequence(seed).Make();
    std::string kernel = Transcript("kernel", script);
    const std::string guard = Transcript("guard", script);
    ASSERT_EQ(ScriptOf(kernel), script) << "seed " << seed;
    const Difference difference(kernel, guard);
    if (difference.is_of_borders()) {
      kernel = difference.before;
      ++cut;
    } else {
      EXPECT_EQ(difference.first, difference.second) << "seed " << seed << "\n"
                                                     << difference.before;
    }
    for (size_t at = 0; (at = kernel.find(" = EPERM", at)) != std::string::npos; ++at) ++refusals;
  }
  std::printf("%u refusals; %u sequences cut\n", refusals, cut);
  // Enough calls were compared.
  EXPECT_GE(refusals, kSequences * 3);
  EXPECT_LE(cut, kSequences / 3);
}

}  // namespace
}  // namespace signet::test

// SPDX-License-Identifier: MIT
//
// The union of sealed ranges, and the filter made of such ranges, which an interpreter runs here.
#include "sealer/sealed_ranges.h"

#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <random>
#include <vector>

#include "sealer/backend/seccomp_filter.h"

namespace signet {
namespace {

using Ranges = std::vector<SealedRange>;

constexpr uint64_t kPage = 4096;
constexpr uint64_t kBase = 0x7f12'ffff'0000;  // near a change of the upper half of addresses

Ranges Merge(const Ranges& old, const Ranges& fresh) {
  Ranges merged;
  MergeRanges(old, fresh, [&merged](const SealedRange& range) { merged.push_back(range); });
  EXPECT_LE(merged.size(), 2 * (old.size() + fresh.size()));
  return merged;
}

// The first of `ranges` that has a byte of [start, end), or null.
const SealedRange* FirstOverlap(const Ranges& ranges, uint64_t start, uint64_t end) {
  for (const SealedRange& range : ranges) {
    if (range.end > start && range.start < end) return &range;
  }
  return nullptr;
}

TEST(SealedRanges, Merge) {
  const uint32_t a = kAnonymous;
  EXPECT_TRUE(Merge({}, {}).empty());
  EXPECT_TRUE(Merge({}, {{1, 3, 0}}) == (Ranges{{1, 3, 0}}));
  EXPECT_TRUE(Merge({{1, 3, 0}}, {{3, 5, 0}}) == (Ranges{{1, 5, 0}}));
  EXPECT_TRUE(Merge({{1, 3, 0}}, {{3, 5, a}}) == (Ranges{{1, 3, 0}, {3, 5, a}}));
  EXPECT_TRUE(Merge({{3, 5, a}}, {{1, 9, 0}}) == (Ranges{{1, 3, 0}, {3, 5, a}, {5, 9, 0}}));
  EXPECT_TRUE(Merge({{1, 3, 0}, {7, 9, 0}}, {{2, 8, 0}}) == (Ranges{{1, 9, 0}}));
  EXPECT_TRUE(Merge({{1, 2, kWritable}}, {{2, 3, kWritable}}) ==
              (Ranges{{1, 2, kWritable}, {2, 3, kWritable}}));
  EXPECT_TRUE(Merge({{1, 9, 0}}, {{2, 3, a}, {4, 5, a}}) == (Ranges{{1, 9, 0}}));
}

// A byte is in the union if it is in at least one of the two.
TEST(SealedRanges, MergeOfAnything) {
  std::mt19937 random(1);
  const auto some = [&random] {
    Ranges ranges;
    for (uint64_t at = random() % 4; at < 40;) {
      const uint64_t end = at + 1 + random() % 4;
      ranges.push_back({at, end, static_cast<uint32_t>(random() % 4)});
      at = end + random() % 4;
    }
    return ranges;
  };
  for (int round = 0; round < 5000; ++round) {
    const Ranges old = some();
    const Ranges fresh = some();
    const Ranges merged = Merge(old, fresh);
    for (uint64_t at = 0; at < 50; ++at) {
      const SealedRange* of_old = FirstOverlap(old, at, at + 1);
      const SealedRange* expected = of_old != nullptr ? of_old : FirstOverlap(fresh, at, at + 1);
      const SealedRange* found = FirstOverlap(merged, at, at + 1);
      ASSERT_EQ(found != nullptr, expected != nullptr) << at;
      if (found != nullptr) {
        ASSERT_EQ(found->facts, expected->facts) << at;
      }
    }
  }
}

// Classic BPF as the kernel runs it over a system call.
std::optional<uint32_t> Interpret(const std::vector<sock_filter>& code, const seccomp_data& data) {
  uint32_t accumulator = 0;
  uint32_t index = 0;
  std::array<uint32_t, 16> memory{};
  for (size_t at = 0; at < code.size(); ++at) {
    const sock_filter& step = code[at];
    const uint32_t operand = BPF_SRC(step.code) == BPF_X ? index : step.k;
    const auto jump = [&](bool condition) { at += condition ? step.jt : step.jf; };
    switch (step.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        if (step.k % 4 != 0 || step.k + 4 > sizeof data) return std::nullopt;
        std::memcpy(&accumulator, reinterpret_cast<const char*>(&data) + step.k, 4);
        break;
      case BPF_LD | BPF_MEM:
        accumulator = memory.at(step.k);
        break;
      case BPF_LD | BPF_IMM:
        accumulator = step.k;
        break;
      case BPF_LDX | BPF_MEM:
        index = memory.at(step.k);
        break;
      case BPF_ST:
        memory.at(step.k) = accumulator;
        break;
      case BPF_ALU | BPF_ADD | BPF_X:
      case BPF_ALU | BPF_ADD | BPF_K:
        accumulator += operand;
        break;
      case BPF_ALU | BPF_AND | BPF_K:
        accumulator &= operand;
        break;
      case BPF_ALU | BPF_XOR | BPF_X:
        accumulator ^= operand;
        break;
      case BPF_MISC | BPF_TAX:
        index = accumulator;
        break;
      case BPF_JMP | BPF_JA:
        at += step.k;
        break;
      case BPF_JMP | BPF_JEQ | BPF_K:
      case BPF_JMP | BPF_JEQ | BPF_X:
        jump(accumulator == operand);
        break;
      case BPF_JMP | BPF_JGT | BPF_K:
      case BPF_JMP | BPF_JGT | BPF_X:
        jump(accumulator > operand);
        break;
      case BPF_JMP | BPF_JGE | BPF_K:
      case BPF_JMP | BPF_JGE | BPF_X:
        jump(accumulator >= operand);
        break;
      case BPF_JMP | BPF_JSET | BPF_K:
        jump((accumulator & operand) != 0);
        break;
      case BPF_RET | BPF_K:
        return step.k;
      default:
        return std::nullopt;
    }
  }
  return std::nullopt;
}

class Filter {
 public:
  explicit Filter(const Ranges& ranges) : code_(kMostFilterSteps) {
    code_.resize(WriteFilter(ranges, code_.data()));
  }

  size_t size() const { return code_.size(); }

  bool Denies(long number, const std::array<uint64_t, 6>& arguments,
              uint32_t arch = AUDIT_ARCH_X86_64) const {
    seccomp_data data = {};
    data.nr = static_cast<int>(number);
    data.arch = arch;
    for (size_t i = 0; i < arguments.size(); ++i) data.args[i] = arguments[i];
    const auto action = Interpret(code_, data);
    EXPECT_TRUE(action == SECCOMP_RET_ALLOW || action == (SECCOMP_RET_ERRNO | EPERM));
    return action != SECCOMP_RET_ALLOW;
  }

 private:
  std::vector<sock_filter> code_;
};

// With gaps in between, and across a multiple of 4 GiB.
Ranges Example(size_t count) {
  Ranges ranges;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t start = kBase + 5 * i * kPage;
    ranges.push_back({start, start + 2 * kPage, i % 3 == 1 ? uint32_t{kWritable} : 0});
  }
  return ranges;
}

TEST(SeccompFilter, RangesOfEveryCall) {
  for (const size_t count : {size_t{1}, size_t{2}, size_t{7}, kMostFilterRanges}) {
    const Ranges ranges = Example(count);
    const Filter filter(ranges);
    ASSERT_LE(filter.size(), kMostFilterSteps);
    for (uint64_t start = kBase - 3 * kPage; start < kBase + (5 * count + 3) * kPage;
         start += kPage) {
      for (const uint64_t size : {uint64_t{1}, kPage, 3 * kPage, 40 * kPage, uint64_t{1} << 33}) {
        const bool touches = FirstOverlap(ranges, start, start + size) != nullptr;
        const SealedRange* sealed = nullptr;
        bool unwritable = false;
        for (uint64_t at = start; (sealed = FirstOverlap(ranges, at, start + size)) != nullptr;
             at = sealed->end)
          unwritable |= !sealed->Has(kWritable);
        ASSERT_EQ(filter.Denies(SYS_munmap, {start, size}), touches);
        ASSERT_EQ(filter.Denies(SYS_mprotect, {start, size}), touches);
        ASSERT_EQ(filter.Denies(SYS_pkey_mprotect, {start, size, 0, 1}), touches);
        ASSERT_EQ(filter.Denies(SYS_remap_file_pages, {start, size}), touches);
        ASSERT_EQ(filter.Denies(SYS_munmap | 0x4000'0000, {start, size}), touches);
        ASSERT_EQ(filter.Denies(SYS_mmap, {start, size, 0, MAP_FIXED}), touches);
        ASSERT_EQ(filter.Denies(SYS_mremap, {start, size, kPage}), touches);
        ASSERT_EQ(filter.Denies(SYS_mremap, {kPage, kPage, size, MREMAP_FIXED, start}), touches);
        ASSERT_EQ(filter.Denies(SYS_madvise, {start, size, MADV_DONTNEED}), unwritable);
        ASSERT_FALSE(filter.Denies(SYS_mmap, {start, size, 0, MAP_PRIVATE}));
        ASSERT_FALSE(filter.Denies(SYS_mmap, {start, size, 0, MAP_FIXED | MAP_FIXED_NOREPLACE}));
        ASSERT_FALSE(filter.Denies(SYS_mremap, {kPage, kPage, size, 0, start}));
        ASSERT_FALSE(filter.Denies(SYS_madvise, {start, size, MADV_WILLNEED}));
        ASSERT_FALSE(filter.Denies(SYS_read, {start, size}));
        ASSERT_FALSE(filter.Denies(91 /* munmap */, {start, size}, AUDIT_ARCH_I386));
      }
    }
  }
}

TEST(SeccompFilter, Edges) {
  const Filter filter(Example(7));
  // For mremap, an empty old range means the page at its address. For other calls it means nothing.
  EXPECT_TRUE(filter.Denies(SYS_mremap, {kBase, 0, kPage, MREMAP_MAYMOVE}));
  EXPECT_FALSE(filter.Denies(SYS_mremap, {kBase - kPage, 0, kPage, MREMAP_MAYMOVE}));
  EXPECT_FALSE(filter.Denies(SYS_mremap, {kBase - (uint64_t{1} << 33), uint64_t{1} << 33, kPage}));
  EXPECT_FALSE(filter.Denies(SYS_munmap, {kBase - kPage, 0}));
  // To the end of the address space, and beyond.
  EXPECT_TRUE(filter.Denies(SYS_munmap, {kBase - kPage, UINT64_MAX}));
  EXPECT_TRUE(filter.Denies(SYS_mremap, {kBase, UINT64_MAX, kPage}));
  EXPECT_TRUE(filter.Denies(SYS_munmap, {0, uint64_t{1} << 55}));
  EXPECT_FALSE(filter.Denies(SYS_munmap, {uint64_t{1} << 56, UINT64_MAX}));
  EXPECT_FALSE(filter.Denies(SYS_munmap, {uint64_t{1} << 55, UINT64_MAX}));
  EXPECT_TRUE(filter.Denies(SYS_shmat, {1, kPage, SHM_REMAP}));
  EXPECT_FALSE(filter.Denies(SYS_shmat, {1, kPage, 0}));
  EXPECT_TRUE(filter.Denies(SYS_process_madvise, {1, 0, 1, MADV_DONTNEED}));
  EXPECT_FALSE(filter.Denies(SYS_process_madvise, {1, 0, 1, MADV_COLD}));
}

// What the kernel does to a request for one page: if huge pages may be meant, it takes as many
// bytes.
TEST(SeccompFilter, HugePages) {
  constexpr uint64_t kHuge = uint64_t{1} << 21;
  constexpr uint64_t kLarge = uint64_t{1} << 30;
  constexpr uint64_t kStart = 7 * (uint64_t{1} << 32);  // at a border of both
  constexpr int kHugeMap = MAP_FIXED | MAP_HUGETLB;
  for (const uint64_t page : {kHuge, kLarge}) {
    const uint64_t at = kStart - (page == kHuge ? kHuge : kLarge);
    const Filter near({{at + page - kPage, at + page, 0}});  // in the last part of a huge page
    const Filter behind({{at + page, at + page + kPage, 0}});
    for (const auto& [start, reaches] :
         {std::pair{at, true}, {at + kPage, false}, {at - page, false}}) {
      EXPECT_EQ(near.Denies(SYS_mmap, {start, kPage, 0, kHugeMap}), reaches);
      EXPECT_FALSE(near.Denies(SYS_mmap, {start, kPage, 0, MAP_FIXED}));
      EXPECT_FALSE(near.Denies(SYS_mmap, {start, kPage, 0, MAP_HUGETLB}));
      EXPECT_FALSE(behind.Denies(SYS_mmap, {start, kPage, 0, kHugeMap}));
      EXPECT_EQ(near.Denies(SYS_mremap, {kStart / 2, kPage, kPage, MREMAP_FIXED, start}), reaches);
      EXPECT_FALSE(behind.Denies(SYS_mremap, {kStart / 2, kPage, kPage, MREMAP_FIXED, start}));
    }
    // Other pages before the huge one, at the same distance or not.
    const auto moves = [&](uint64_t from) {
      return near.Denies(SYS_mremap, {from, 2 * kPage, 2 * kPage, MREMAP_FIXED, at - kPage});
    };
    EXPECT_TRUE(moves(kStart / 2 - kPage));
    EXPECT_FALSE(moves(kStart / 2));
    EXPECT_TRUE(near.Denies(SYS_mmap, {at, UINT64_MAX, 0, kHugeMap}));
  }
}

TEST(SeccompFilter, PreparationsOfAttacks) {
  const Filter filter(Example(7));
  constexpr uint32_t kI386 = AUDIT_ARCH_I386;
  for (const uint64_t what : {PR_SET_MM_START_BRK, PR_SET_MM_BRK, PR_SET_MM_MAP}) {
    EXPECT_TRUE(filter.Denies(SYS_prctl, {PR_SET_MM, what}));
    EXPECT_TRUE(filter.Denies(SYS_prctl, {PR_SET_MM | uint64_t{1} << 32, what}));
    EXPECT_TRUE(filter.Denies(172, {PR_SET_MM, what}, kI386));
  }
  EXPECT_FALSE(filter.Denies(SYS_prctl, {PR_SET_MM, PR_SET_MM_ARG_START}));
  EXPECT_FALSE(filter.Denies(SYS_prctl, {PR_SET_NAME, PR_SET_MM_MAP}));
  EXPECT_TRUE(filter.Denies(SYS_memfd_create, {kBase, MFD_HUGETLB | MFD_CLOEXEC}));
  EXPECT_TRUE(filter.Denies(356, {kBase, MFD_HUGETLB}, kI386));
  EXPECT_FALSE(filter.Denies(SYS_memfd_create, {kBase, MFD_CLOEXEC | MFD_ALLOW_SEALING}));
}

}  // namespace
}  // namespace signet

// SPDX-License-Identifier: MIT
//
// The loader's mem* and str*, under other names: with all sizes and alignments around that of a
// block, and at the end of the last page before unmapped memory.
#include <emmintrin.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#define memcpy tested_memcpy
#define memset tested_memset
#define memmove tested_memmove
#define memcmp tested_memcmp
#define memchr tested_memchr
#define strlen tested_strlen
#define strcmp tested_strcmp
#include "base/memory.cc"
#undef memcpy
#undef memset
#undef memmove
#undef memcmp
#undef memchr
#undef strlen
#undef strcmp

namespace signet::test {
namespace {

constexpr size_t kSizes = 300;
constexpr size_t kPage = 4096;

std::vector<char> Pattern() {
  std::vector<char> bytes(3 * kSizes);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7 + i / 256);
  return bytes;
}

// Memory right in front of an unreadable page.
class Edge {
 public:
  Edge()
      : start_(static_cast<char*>(
            mmap(nullptr, 2 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
    mprotect(start_ + kPage, kPage, PROT_NONE);
  }
  ~Edge() { munmap(start_, 2 * kPage); }
  Edge(const Edge&) = delete;
  Edge& operator=(const Edge&) = delete;

  // A copy of `text` whose terminator is the last byte.
  const char* Put(const std::string& text) const {
    char* at = start_ + kPage - text.size() - 1;
    std::copy_n(text.c_str(), text.size() + 1, at);
    return at;
  }

 private:
  char* start_;
};

TEST(Memory, MemcpyCopiesSoMuchAndNoMore) {
  const std::vector<char> source = Pattern();
  for (size_t size = 0; size < kSizes; ++size) {
    std::vector<char> expected(2 * kSizes, 'x');
    std::vector<char> target = expected;
    std::copy_n(source.begin() + 3, size, expected.begin() + 5);
    EXPECT_EQ(tested_memcpy(&target[5], &source[3], size), &target[5]);
    ASSERT_EQ(target, expected) << size;
  }
}

TEST(Memory, MemmoveMayOverlapBothWays) {
  for (size_t size = 0; size < kSizes; size += 3) {
    for (size_t from = 0; from < 40; ++from) {
      for (const size_t to : {size_t{0}, size_t{1}, size_t{17}, size_t{39}}) {
        std::vector<char> expected = Pattern();
        std::vector<char> bytes = expected;
        std::memmove(&expected[to], &expected[from], size);
        EXPECT_EQ(tested_memmove(&bytes[to], &bytes[from], size), &bytes[to]);
        ASSERT_EQ(bytes, expected) << size << " bytes from " << from << " to " << to;
      }
    }
  }
}

// The first difference counts, wherever it is, and none behind the end.
TEST(Memory, MemcmpFindsTheFirstDifference) {
  const std::vector<char> left = Pattern();
  for (size_t size = 0; size < 60; ++size) {
    for (size_t at = 0; at < 60; ++at) {
      std::vector<char> right = left;
      right[at + 1] = static_cast<char>(right[at + 1] ^ '\x80');
      right[at + 9] = static_cast<char>(right[at + 9] ^ '\x80');
      const int expected = std::memcmp(&left[1], &right[1], size);
      const int result = tested_memcmp(&left[1], &right[1], size);
      EXPECT_EQ(result > 0, expected > 0) << size << " " << at;
      EXPECT_EQ(result < 0, expected < 0) << size << " " << at;
    }
  }
}

TEST(Memory, StrlenReadsNoPageBehindTheString) {
  const Edge edge;
  for (size_t size = 0; size < kSizes; ++size) {
    const std::string text(size, 'a');
    EXPECT_EQ(tested_strlen(edge.Put(text)), size);
    EXPECT_EQ(tested_strlen(text.c_str()), size);
  }
}

TEST(Memory, StrcmpOrdersLikeTheStandards) {
  const Edge left;
  const Edge right;
  for (size_t size = 0; size < 60; ++size) {
    const std::string text(size, 'a');
    const auto sign = [](int result) { return (result > 0) - (result < 0); };
    const auto compare = [&](const std::string& a, const std::string& b) {
      EXPECT_EQ(sign(tested_strcmp(left.Put(a), right.Put(b))),
                sign(std::strcmp(a.c_str(), b.c_str())))
          << a << " " << b;
    };
    compare(text, text);
    compare(text, text + "b");
    compare(text + "b", text);
    compare(text + "\xff" + text, text + "b");
    compare(text + "b" + text, text + "c" + text);
  }
}

}  // namespace
}  // namespace signet::test

// SPDX-License-Identifier: MIT
//
// Lists and numbers in text, and intervals.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/interval.h"
#include "base/number.h"
#include "base/printable.h"
#include "base/split.h"

namespace signet::test {
namespace {

using Strings = std::vector<std::string>;

Strings Split(std::string_view list, std::string_view separators) {
  Strings elements;
  ListElements rest(list, separators);
  for (std::string_view element; rest.Next(element);) elements.emplace_back(element);
  return elements;
}

TEST(ListElements, AreBetweenSeparators) {
  EXPECT_EQ(Split("/a:/b", ":"), (Strings{"/a", "/b"}));
  EXPECT_EQ(Split("/a", ":"), Strings{"/a"});
  EXPECT_EQ(Split("/a:b;c", ":;"), (Strings{"/a", "b", "c"}));
  EXPECT_EQ(Split("/a;b", ":"), Strings{"/a;b"});
}

TEST(ListElements, MayBeEmpty) {
  EXPECT_EQ(Split("", ":"), Strings{});
  EXPECT_EQ(Split(":", ":"), (Strings{"", ""}));
  EXPECT_EQ(Split("/a::/b:", ":"), (Strings{"/a", "", "/b", ""}));
}

TEST(ParseNumber, TakesDigitsOfItsBase) {
  uint64_t number = 1;
  EXPECT_TRUE(ParseNumber("0", number));
  EXPECT_EQ(number, 0u);
  EXPECT_TRUE(ParseNumber("0018446744073709551614", number));
  EXPECT_EQ(number, UINT64_MAX - 1);
  EXPECT_TRUE(ParseNumber("7f7cd9f23000", number, 16));
  EXPECT_EQ(number, 0x7f7cd9f23000u);
}

TEST(ParseNumber, RefusesAnythingElse) {
  uint64_t number = 0;
  for (const char* text : {"", " 1", "1 ", "-1", "+1", "0x1", "1a", "a", "."})
    EXPECT_FALSE(ParseNumber(text, number)) << text;
  EXPECT_FALSE(ParseNumber("7g", number, 16));
  EXPECT_FALSE(ParseNumber("7F", number, 16));
}

TEST(ParseNumber, IsTheLargestNumberAtMost) {
  uint64_t number = 0;
  EXPECT_TRUE(ParseNumber("18446744073709551615", number));
  EXPECT_EQ(number, UINT64_MAX);
  EXPECT_TRUE(ParseNumber("18446744073709551616", number));
  EXPECT_EQ(number, UINT64_MAX);
  EXPECT_TRUE(ParseNumber("99999999999999999999999999990", number));
  EXPECT_EQ(number, UINT64_MAX);
  EXPECT_TRUE(ParseNumber("10000000000000000", number, 16));
  EXPECT_EQ(number, UINT64_MAX);
}

struct Interval {
  uint64_t start;
  uint64_t end;
};

TEST(FirstAbove, IsFoundAmongAnyNumber) {
  for (size_t count = 0; count < 40; ++count) {
    for (uint64_t address = 0; address < 2 * count + 3; ++address) {
      const size_t found = FirstAbove(count, address, [](size_t i) { return 2 * i + 1; });
      EXPECT_EQ(found, std::min<size_t>(count, (address + 1) / 2)) << address;
    }
  }
}

TEST(FirstAbove, IsTheFirstOfEqualKeys) {
  EXPECT_EQ(FirstAbove(6, 4, [](size_t i) -> uint64_t { return i < 2 ? 4 : 5; }), 2u);
}

TEST(FirstPiece, IsCutAtTheNextInterval) {
  const auto piece = [](uint64_t start, uint64_t end, Interval next) {
    const IntervalPiece first = FirstPiece(start, end, &next);
    EXPECT_EQ(first.start, start);
    return std::pair(first.end, first.is_inside);
  };
  EXPECT_EQ(piece(2, 9, {4, 6}), std::pair(uint64_t{4}, false));
  EXPECT_EQ(piece(4, 9, {4, 6}), std::pair(uint64_t{6}, true));
  EXPECT_EQ(piece(5, 9, {4, 6}), std::pair(uint64_t{6}, true));
  EXPECT_EQ(piece(5, 6, {4, 8}), std::pair(uint64_t{6}, true));
  EXPECT_EQ(piece(2, 4, {4, 6}), std::pair(uint64_t{4}, false));
  EXPECT_EQ(piece(2, 3, {4, 6}), std::pair(uint64_t{3}, false));
  const IntervalPiece alone = FirstPiece<Interval>(2, 9, nullptr);
  EXPECT_EQ(alone.end, 9u);
  EXPECT_FALSE(alone.is_inside);
}

TEST(PrintableLength, OfCharacters) {
  const auto length = [](std::string_view text) { return PrintableLength(text); };
  EXPECT_EQ(length("a"), 1u);
  EXPECT_EQ(length("~b"), 1u);
  EXPECT_EQ(length(" "), 1u);
  EXPECT_EQ(length("\xc2\xa0"), 2u);
  EXPECT_EQ(length("\xc3\xa4x"), 2u);
  EXPECT_EQ(length("\xdf\xbf"), 2u);
  EXPECT_EQ(length("\xe0\xa0\x80"), 3u);
  EXPECT_EQ(length("\xe2\x82\xac"), 3u);
  EXPECT_EQ(length("\xf0\x9f\x98\x80"), 4u);
  EXPECT_EQ(length("\xf4\x8f\xbf\xbf"), 4u);
}

TEST(PrintableLength, OfWhatMustBeEscaped) {
  using namespace std::string_view_literals;
  for (const std::string_view text : {""sv,
                                      "\0"sv,
                                      "\x1b["sv,
                                      "\n"sv,
                                      "\t"sv,
                                      "\x1f"sv,
                                      "\x7f"sv,
                                      "\x80"sv,
                                      "\x9b"sv,
                                      "\xbf"sv,
                                      "\xc0\x80"sv,
                                      "\xc1\xbf"sv,
                                      "\xc2\x80"sv,
                                      "\xc2\x9f"sv,
                                      "\xc3"sv,
                                      "\xc3("sv,
                                      "\xe0\x9f\xbf"sv,
                                      "\xe2\x82"sv,
                                      "\xed\xa0\x80"sv,
                                      "\xed\xbf\xbf"sv,
                                      "\xf0\x8f\xbf\xbf"sv,
                                      "\xf4\x90\x80\x80"sv,
                                      "\xf8\x88\x80\x80\x80"sv,
                                      "\xff"sv}) {
    EXPECT_EQ(PrintableLength(text), 0u) << text;
  }
}

}  // namespace
}  // namespace signet::test

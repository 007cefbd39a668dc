// SPDX-License-Identifier: MIT
#include "tool/verify/attack_data.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/tool/attack_data.h"

namespace signet::tool {
namespace {

using test::Done;
using test::kExampleRelro;
using test::kExampleText;
using test::Refused;

constexpr size_t kEntries = 3;

std::vector<AttackRecord> ExampleRecords() {
  return {Refused(kExampleText, AttackCall::kMunmap), Done(kExampleRelro, AttackCall::kSelfMem)};
}

TEST(DecodeRecords, Example) {
  const auto given = ExampleRecords();
  const auto records = DecodeRecords(std::as_bytes(std::span(given)), kEntries);
  ASSERT_TRUE(records.ok()) << records.error().message;
  ASSERT_EQ(records->size(), 2u);
  EXPECT_EQ((*records)[0].answer, -1);
  EXPECT_EQ((*records)[1].entry, kExampleRelro);
}

TEST(DecodeRecords, None) {
  const auto records = DecodeRecords({}, 0);
  ASSERT_TRUE(records.ok());
  EXPECT_TRUE(records->empty());
}

struct SpoiltRecord {
  std::function<void(AttackRecord&)> spoil;
  const char* message;
};

TEST(DecodeRecords, Spoilt) {
  const SpoiltRecord cases[] = {
      {[](AttackRecord& record) { record.entry = 3; }, "record 1 is of entry 3 of 3"},
      {[](AttackRecord& record) { record.call = kAttackCallCount; }, "record 1 has call 30"},
      {[](AttackRecord& record) { record.part = kAttackPartCount; }, "record 1 has part 5"},
      {[](AttackRecord& record) { record.way = kAttackWayCount; }, "record 1 has way 3"},
      {[](AttackRecord& record) { record.signal = 65; }, "record 1 has signal 65"},
      {[](AttackRecord& record) { record.effects = 32; }, "record 1 has effects 32"},
      {[](AttackRecord& record) { record.answer = 1; }, "record 1 has answer 1"},
      {[](AttackRecord& record) { record.answer = INT32_MIN; }, "record 1 has answer -2147483648"},
  };
  for (const SpoiltRecord& given : cases) {
    auto records = ExampleRecords();
    given.spoil(records[1]);
    const auto decoded = DecodeRecords(std::as_bytes(std::span(records)), kEntries);
    ASSERT_FALSE(decoded.ok()) << given.message;
    EXPECT_EQ(decoded.error().message, std::string("the loader's report: ") + given.message);
  }
  const std::byte odd[17] = {};
  EXPECT_EQ(DecodeRecords(odd, kEntries).error().message,
            "the loader's report: 17 bytes of records of 16");
}

}  // namespace
}  // namespace signet::tool

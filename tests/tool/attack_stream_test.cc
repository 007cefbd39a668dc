// SPDX-License-Identifier: MIT
#include "tool/verify/attack_stream.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/tool/attack_bytes.h"

namespace signet::tool {
namespace {

using test::AttackBytes;
using test::Done;
using test::kExampleRelro;
using test::kExampleSmaps;
using test::kExampleText;
using test::Refused;

std::vector<AttackRecord> ExampleRecords() {
  return {Refused(kExampleText, AttackCall::kMunmap), Done(kExampleRelro, AttackCall::kSelfMem)};
}

AttackBytes Example() { return AttackBytes().Ledger().Smaps().Records(ExampleRecords()).End(); }

std::string MessageOf(std::span<const std::byte> bytes) {
  const auto data = DecodeAttack(bytes);
  return data.ok() ? "" : data.error().message;
}

TEST(DecodeAttack, Example) {
  const auto data = DecodeAttack(Example().bytes);
  ASSERT_TRUE(data.ok()) << data.error().message;
  EXPECT_EQ(data->ledger.entries.size(), 3u);
  ASSERT_EQ(data->mappings.size(), 3u);
  EXPECT_TRUE(data->mappings[0].sealed);
  ASSERT_EQ(data->records.size(), 2u);
  EXPECT_EQ(data->records[0].answer, -1);
  EXPECT_EQ(data->records[1].entry, kExampleRelro);
}

TEST(DecodeAttack, PiecesBelongTogether) {
  const auto records = ExampleRecords();
  const auto data = DecodeAttack(AttackBytes()
                                     .Records({records[0]})
                                     .Smaps(kExampleSmaps.substr(0, 50))
                                     .Ledger()
                                     .Smaps(kExampleSmaps.substr(50))
                                     .Records({})
                                     .Records({records[1]})
                                     .End()
                                     .bytes);
  ASSERT_TRUE(data.ok()) << data.error().message;
  EXPECT_EQ(data->mappings.size(), 3u);
  EXPECT_EQ(data->records.size(), 2u);
}

// A missing end is noticed, wherever the stream is cut off.
TEST(DecodeAttack, CutOffAnywhere) {
  const auto bytes = Example().bytes;
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_NE(MessageOf(std::span(bytes).first(size)), "") << size;
}

TEST(DecodeAttack, FailsWithoutItsParts) {
  EXPECT_EQ(MessageOf(AttackBytes().Smaps().End().bytes), "ledger: 0 bytes, a header has 80");
  EXPECT_EQ(MessageOf(AttackBytes().Ledger().Smaps().Records({}).bytes),
            "the loader's report: it is cut off");
  EXPECT_EQ(MessageOf(AttackBytes().Ledger().Records(ExampleRecords()).End().bytes),
            "the program cannot read its /proc/self/smaps");
  EXPECT_NE(MessageOf(AttackBytes().Ledger().Smaps("nonsense").End().bytes), "");
}

struct SpoiltStream {
  std::function<void(std::vector<std::byte>&)> spoil;
  const char* message;
};

template <typename T>
std::function<void(std::vector<std::byte>&)> Write(size_t offset, T value) {
  return [offset, value](std::vector<std::byte>& bytes) {
    std::memcpy(bytes.data() + offset, &value, sizeof value);
  };
}

TEST(DecodeAttack, SpoiltHeadersAndChunks) {
  constexpr size_t kFirstChunk = sizeof(RecordHeader);
  const SpoiltStream cases[] = {
      {Write(0, 'S'), "the loader's report: bad magic"},
      {Write(offsetof(RecordHeader, version), uint32_t{2}),
       "the loader's report: version 2, known is 1"},
      {Write(offsetof(RecordHeader, record_size), uint32_t{20}),
       "the loader's report: record_size is 20, expected 16"},
      {Write(kFirstChunk, uint32_t{5}), "the loader's report: a chunk of kind 5"},
      {Write(kFirstChunk, uint32_t{0}), "the loader's report: a chunk of kind 0"},
      {Write(kFirstChunk, static_cast<uint32_t>(RecordChunk::kEnd)),
       "the loader's report: it does not end where it says so"},
      {[](auto& bytes) { bytes.push_back(std::byte{0}); },
       "the loader's report: it does not end where it says so"},
  };
  for (const SpoiltStream& given : cases) {
    auto bytes = Example().bytes;
    given.spoil(bytes);
    EXPECT_EQ(MessageOf(bytes), given.message);
  }
  auto bytes = Example().bytes;
  Write(kFirstChunk + 4, ~uint32_t{0})(bytes);
  EXPECT_EQ(MessageOf(bytes), "the loader's report: a chunk of 4294967295 bytes, " +
                                  std::to_string(bytes.size() - kFirstChunk - 8) + " are left");
}

struct SpoiltRecord {
  std::function<void(AttackRecord&)> spoil;
  const char* message;
};

TEST(DecodeAttack, SpoiltRecords) {
  const SpoiltRecord cases[] = {
      {[](AttackRecord& record) { record.entry = 3; }, "record 1 is of entry 3 of 3"},
      {[](AttackRecord& record) { record.call = kAttackCallCount; }, "record 1 has call 23"},
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
    EXPECT_EQ(MessageOf(AttackBytes().Ledger().Smaps().Records(records).End().bytes),
              std::string("the loader's report: ") + given.message);
  }
  const char odd[17] = {};
  EXPECT_EQ(
      MessageOf(
          AttackBytes().Ledger().Smaps().Chunk(RecordChunk::kRecords, odd, sizeof odd).End().bytes),
      "the loader's report: 17 bytes of records of 16");
}

}  // namespace
}  // namespace signet::tool

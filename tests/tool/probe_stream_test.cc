// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/tool/probe_bytes.h"
#include "tool/verify/attack_stream.h"

namespace signet::tool {
namespace {

using test::Done;
using test::kExampleRelro;
using test::kExampleSmaps;
using test::kExampleText;
using test::ProbeBytes;
using test::Refused;

std::vector<ProbeRecord> ExampleRecords() {
  return {Refused(kExampleText, ProbeCall::kMunmap), Done(kExampleRelro, ProbeCall::kSelfMem)};
}

ProbeBytes Example() { return ProbeBytes().Ledger().Smaps().Records(ExampleRecords()).End(); }

std::string MessageOf(std::span<const std::byte> bytes) {
  const auto data = DecodeProbe(bytes);
  return data.ok() ? "" : data.error().message;
}

TEST(DecodeProbe, Example) {
  const auto data = DecodeProbe(Example().bytes);
  ASSERT_TRUE(data.ok()) << data.error().message;
  EXPECT_EQ(data->ledger.entries.size(), 3u);
  ASSERT_EQ(data->mappings.size(), 3u);
  EXPECT_TRUE(data->mappings[0].sealed);
  ASSERT_EQ(data->records.size(), 2u);
  EXPECT_EQ(data->records[0].answer, -1);
  EXPECT_EQ(data->records[1].entry, kExampleRelro);
}

TEST(DecodeProbe, PiecesBelongTogether) {
  const auto records = ExampleRecords();
  const auto data = DecodeProbe(ProbeBytes()
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

// Whatever is missing at the end, it is seen.
TEST(DecodeProbe, CutOffAnywhere) {
  const auto bytes = Example().bytes;
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_NE(MessageOf(std::span(bytes).first(size)), "") << size;
}

TEST(DecodeProbe, FailsWithoutItsParts) {
  EXPECT_EQ(MessageOf(ProbeBytes().Smaps().End().bytes), "ledger: 0 bytes, a header has 80");
  EXPECT_EQ(MessageOf(ProbeBytes().Ledger().Smaps().Records({}).bytes),
            "the loader's report: it is cut off");
  EXPECT_EQ(MessageOf(ProbeBytes().Ledger().Records(ExampleRecords()).End().bytes),
            "the program cannot read its /proc/self/smaps");
  EXPECT_NE(MessageOf(ProbeBytes().Ledger().Smaps("nonsense").End().bytes), "");
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

TEST(DecodeProbe, SpoiltHeadersAndChunks) {
  constexpr size_t kFirstChunk = sizeof(ProbeHeader);
  const SpoiltStream cases[] = {
      {Write(0, 'S'), "the loader's report: bad magic"},
      {Write(offsetof(ProbeHeader, version), uint32_t{2}),
       "the loader's report: version 2, known is 1"},
      {Write(offsetof(ProbeHeader, record_size), uint32_t{20}),
       "the loader's report: record_size is 20, expected 16"},
      {Write(kFirstChunk, uint32_t{5}), "the loader's report: a chunk of kind 5"},
      {Write(kFirstChunk, uint32_t{0}), "the loader's report: a chunk of kind 0"},
      {Write(kFirstChunk, static_cast<uint32_t>(ProbeChunk::kEnd)),
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
  std::function<void(ProbeRecord&)> spoil;
  const char* message;
};

TEST(DecodeProbe, SpoiltRecords) {
  const SpoiltRecord cases[] = {
      {[](ProbeRecord& record) { record.entry = 3; }, "record 1 is of entry 3 of 3"},
      {[](ProbeRecord& record) { record.call = kProbeCallCount; }, "record 1 has call 23"},
      {[](ProbeRecord& record) { record.part = kProbePartCount; }, "record 1 has part 5"},
      {[](ProbeRecord& record) { record.way = kProbeWayCount; }, "record 1 has way 3"},
      {[](ProbeRecord& record) { record.signal = 65; }, "record 1 has signal 65"},
      {[](ProbeRecord& record) { record.effects = 32; }, "record 1 has effects 32"},
      {[](ProbeRecord& record) { record.answer = 1; }, "record 1 has answer 1"},
      {[](ProbeRecord& record) { record.answer = INT32_MIN; }, "record 1 has answer -2147483648"},
  };
  for (const SpoiltRecord& given : cases) {
    auto records = ExampleRecords();
    given.spoil(records[1]);
    EXPECT_EQ(MessageOf(ProbeBytes().Ledger().Smaps().Records(records).End().bytes),
              std::string("the loader's report: ") + given.message);
  }
  const char odd[17] = {};
  EXPECT_EQ(
      MessageOf(
          ProbeBytes().Ledger().Smaps().Chunk(ProbeChunk::kRecords, odd, sizeof odd).End().bytes),
      "the loader's report: 17 bytes of records of 16");
}

}  // namespace
}  // namespace signet::tool

// SPDX-License-Identifier: MIT
#include "tool/process/ledger_view.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <functional>
#include <string>

#include "tests/tool/ledger_block.h"

namespace signet::tool {
namespace {

using test::LedgerBlock;

LedgerBlock Example() {
  LedgerBlock block;
  const uint32_t program = block.AddModule(0x10000, 0x20000, "/bin/prog", "prog");
  const uint32_t vdso = block.AddModule(0x30000, 0x32000, "", "", SIGNET_ORIGIN_KERNEL);
  block.AddEntry(0x10000, 0x12000, program, SIGNET_KIND_TEXT);
  block.AddEntry(0x12000, 0x13000, program, SIGNET_KIND_DATA, SIGNET_BACKEND_NONE,
                 SIGNET_REASON_REFUSED, ENOMEM);
  block.AddEntry(0x30000, 0x32000, vdso, SIGNET_KIND_VDSO);
  return block;
}

std::string MessageOf(std::span<const std::byte> bytes) {
  const auto ledger = DecodeLedger(bytes);
  return ledger.ok() ? "" : ledger.error().message;
}

TEST(DecodeLedger, Example) {
  const auto bytes = Example().Bytes();
  const auto ledger = DecodeLedger(bytes);
  ASSERT_TRUE(ledger.ok()) << ledger.error().message;
  EXPECT_EQ(ledger->version, 3u);
  EXPECT_EQ(ledger->backend, SIGNET_BACKEND_KERNEL);
  EXPECT_EQ(ledger->selected_kinds, 0x1fu);
  ASSERT_EQ(ledger->modules.size(), 2u);
  EXPECT_EQ(ledger->modules[0].path, "/bin/prog");
  EXPECT_EQ(ledger->modules[0].name, "prog");
  EXPECT_EQ(ledger->modules[1].name, "");
  EXPECT_EQ(ledger->modules[1].origin, SIGNET_ORIGIN_KERNEL);
  ASSERT_EQ(ledger->entries.size(), 3u);
  EXPECT_EQ(ledger->entries[1].start, 0x12000u);
  EXPECT_EQ(ledger->entries[1].end, 0x13000u);
  EXPECT_EQ(ledger->entries[1].kind, SIGNET_KIND_DATA);
  EXPECT_EQ(ledger->entries[1].backend, SIGNET_BACKEND_NONE);
  EXPECT_EQ(ledger->entries[1].reason, SIGNET_REASON_REFUSED);
  EXPECT_EQ(ledger->entries[1].error, ENOMEM);
  EXPECT_EQ(ledger->entries[2].module, 1u);
}

TEST(DecodeLedger, WithoutModules) {
  const auto bytes = LedgerBlock().Bytes();
  const auto ledger = DecodeLedger(bytes);
  ASSERT_TRUE(ledger.ok()) << ledger.error().message;
  EXPECT_TRUE(ledger->entries.empty());
}

TEST(DecodeLedger, BytesBehindTheBlockAreIgnored) {
  auto bytes = Example().Bytes();
  bytes.resize(bytes.size() + 100, std::byte{0xff});
  EXPECT_EQ(MessageOf(bytes), "");
}

// A later writer may append fields to every record without a new version.
TEST(DecodeLedger, LongerRecordsAreStridden) {
  const LedgerBlock block = Example();
  signet_ledger header = block.Header();
  constexpr uint32_t kMore = 24;
  const auto grow = [](auto& size) { size += kMore; };
  grow(header.header_size);
  grow(header.module_size);
  grow(header.entry_size);
  std::vector<std::byte> bytes;
  const auto append = [&bytes](const auto& record) {
    const auto source = std::as_bytes(std::span(&record, 1));
    bytes.insert(bytes.end(), source.begin(), source.end());
    bytes.resize(bytes.size() + kMore, std::byte{0xee});
  };
  append(header);
  header.modules = bytes.size();
  for (const auto& module : block.modules) append(module);
  header.entries = bytes.size();
  for (const auto& entry : block.entries) append(entry);
  header.strings = bytes.size();
  for (const char c : block.strings) bytes.push_back(static_cast<std::byte>(c));
  header.size = bytes.size();
  std::memcpy(bytes.data(), &header, sizeof(header));

  const auto ledger = DecodeLedger(bytes);
  ASSERT_TRUE(ledger.ok()) << ledger.error().message;
  EXPECT_EQ(ledger->modules[0].name, "prog");
  EXPECT_EQ(ledger->entries[2].start, 0x30000u);
}

// A block that is cut off is an error, and nothing outside its bytes is read.
TEST(DecodeLedger, TruncatedAnywhere) {
  const auto bytes = Example().Bytes();
  for (size_t size = 0; size < bytes.size(); ++size) {
    // A copy, so that the sanitizer notices a read after its end.
    const std::vector<std::byte> piece(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size));
    EXPECT_NE(MessageOf(piece), "") << size;
  }
  EXPECT_EQ(MessageOf(std::span(bytes).first(79)), "ledger: 79 bytes, a header has 80");
  EXPECT_EQ(MessageOf(std::span(bytes).first(80)), "ledger: 80 bytes of 296");
}

// As above, but the size in the header is that of the bytes.
TEST(DecodeLedger, CutAnywhere) {
  const LedgerBlock block = Example();
  const auto bytes = block.Bytes();
  for (size_t size = sizeof(signet_ledger); size < bytes.size(); ++size) {
    std::vector<std::byte> piece(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size));
    signet_ledger header = block.Header();
    header.size = size;
    std::memcpy(piece.data(), &header, sizeof(header));
    EXPECT_NE(MessageOf(piece), "") << size;
  }
}

// Each byte is set to each of a few values. The result is an error or a ledger, and nothing outside
// the block is read.
TEST(DecodeLedger, SpoiltAnywhere) {
  const auto bytes = Example().Bytes();
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (const int value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
      auto spoilt = bytes;
      spoilt[i] = static_cast<std::byte>(value);
      const auto ledger = DecodeLedger(spoilt);
      if (!ledger.ok()) continue;
      for (const LedgerEntryView& entry : ledger->entries) {
        ASSERT_LT(entry.module, ledger->modules.size());
        ASSERT_LT(entry.start, entry.end);
      }
    }
  }
}

struct BadHeader {
  const char* name;
  std::function<void(signet_ledger&)> spoil;
  const char* message;
};
void PrintTo(const BadHeader& bad, std::ostream* out) { *out << bad.name; }

class DecodeLedgerHeader : public testing::TestWithParam<BadHeader> {};

TEST_P(DecodeLedgerHeader, Fails) {
  const LedgerBlock block = Example();
  signet_ledger header = block.Header();
  GetParam().spoil(header);
  EXPECT_EQ(MessageOf(block.Bytes(header)), std::string("ledger: ") + GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Field, DecodeLedgerHeader,
    testing::Values(
        BadHeader{"magic", [](auto& header) { header.magic[7] = 'l'; }, "bad magic"},
        BadHeader{"version", [](auto& header) { header.version = 1; }, "version 1, known is 3"},
        BadHeader{"header_size", [](auto& header) { header.header_size = 79; },
                  "header_size is 79, expected at least 80"},
        BadHeader{"size_small", [](auto& header) { header.size = 79; },
                  "size is 0x4f, with a header of 0x50 and a limit of 0x4000000"},
        BadHeader{"size_large", [](auto& header) { header.size = UINT64_MAX; },
                  "size is 0xffffffffffffffff, with a header of 0x50 and a limit of 0x4000000"},
        BadHeader{"size_beyond", [](auto& header) { header.size += 1; }, "296 bytes of 297"},
        BadHeader{"backend", [](auto& header) { header.backend = 4; }, "backend is 4"},
        BadHeader{"selected_kinds", [](auto& header) { header.selected_kinds = 0x40; },
                  "selected_kinds is 0x40"},
        BadHeader{"modules", [](auto& header) { header.modules = UINT64_MAX; },
                  "the module table at 0xffffffffffffffff does not fit into 0x128 bytes"},
        BadHeader{"modules_end", [](auto& header) { header.modules = header.size - 79; },
                  "the module table at 0xd9 does not fit into 0x128 bytes"},
        BadHeader{"module_count", [](auto& header) { header.module_count = UINT32_MAX; },
                  "the module table has 4294967295 records, the limit is 65536"},
        BadHeader{"module_size", [](auto& header) { header.module_size = 39; },
                  "module_size is 39, expected at least 40"},
        BadHeader{"module_size_large", [](auto& header) { header.module_size = UINT32_MAX; },
                  "the module table at 0x50 does not fit into 0x128 bytes"},
        BadHeader{"entries", [](auto& header) { header.entries = header.size; },
                  "the entry table at 0x128 does not fit into 0x128 bytes"},
        BadHeader{"entry_count", [](auto& header) { header.entry_count = 262145; },
                  "the entry table has 262145 records, the limit is 262144"},
        BadHeader{"entry_count_fits_limit", [](auto& header) { header.entry_count = 262144; },
                  "the entry table at 0xa0 does not fit into 0x128 bytes"},
        BadHeader{"entry_size", [](auto& header) { header.entry_size = 0; },
                  "entry_size is 0, expected at least 40"},
        BadHeader{"strings", [](auto& header) { header.strings = UINT64_MAX; },
                  "the string table at 0xffffffffffffffff does not fit into 0x128 bytes"},
        BadHeader{"strings_size", [](auto& header) { header.strings_size = UINT64_MAX; },
                  "the string table at 0x118 does not fit into 0x128 bytes"},
        BadHeader{"strings_size_zero", [](auto& header) { header.strings_size = 0; },
                  "the string table does not begin and end with a NUL"},
        BadHeader{"strings_unterminated", [](auto& header) { header.strings_size -= 1; },
                  "the string table does not begin and end with a NUL"},
        BadHeader{"strings_first",
                  [](auto& header) { header.strings += 1, header.strings_size -= 1; },
                  "the string table does not begin and end with a NUL"}),
    [](const auto& test) { return test.param.name; });

struct BadRecord {
  const char* name;
  std::function<void(LedgerBlock&)> spoil;
  const char* message;
};
void PrintTo(const BadRecord& bad, std::ostream* out) { *out << bad.name; }

class DecodeLedgerRecord : public testing::TestWithParam<BadRecord> {};

TEST_P(DecodeLedgerRecord, Fails) {
  LedgerBlock block = Example();
  GetParam().spoil(block);
  EXPECT_EQ(MessageOf(block.Bytes()), std::string("ledger: ") + GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Field, DecodeLedgerRecord,
    testing::Values(BadRecord{"module_end", [](auto& block) { block.modules[1].end = 0x2ffff; },
                              "module 1 ends at 0x2ffff, before its start 0x30000"},
                    BadRecord{"module_origin", [](auto& block) { block.modules[0].origin = 7; },
                              "module 0 has origin 7"},
                    BadRecord{"module_path", [](auto& block) { block.modules[0].path = 16; },
                              "module 0 has its path at 0x10"},
                    BadRecord{"module_name",
                              [](auto& block) { block.modules[0].name = UINT32_MAX; },
                              "module 0 has its name at 0xffffffff"},
                    BadRecord{"string_too_long",
                              [](auto& block) {
                                block.modules[0].path = static_cast<uint32_t>(block.strings.size());
                                block.strings += std::string(4097, 'x') + std::string(1, '\0');
                              },
                              "module 0 has its path at 0x10"},
                    BadRecord{"entry_start", [](auto& block) { block.entries[0].start += 1; },
                              "entry 0 (0x10001 to 0x12000) is not page-aligned"},
                    BadRecord{"entry_end", [](auto& block) { block.entries[0].end += 8; },
                              "entry 0 (0x10000 to 0x12008) is not page-aligned"},
                    BadRecord{"entry_empty", [](auto& block) { block.entries[0].end = 0x10000; },
                              "entry 0 (0x10000 to 0x10000) is empty"},
                    BadRecord{"entry_backwards", [](auto& block) { block.entries[2].end = 0; },
                              "entry 2 (0x30000 to 0x0) is empty"},
                    BadRecord{"entry_overlaps", [](auto& block) { block.entries[0].end = 0x13000; },
                              "entry 1 (0x12000) is out of order"},
                    BadRecord{"entry_module", [](auto& block) { block.entries[2].module = 2; },
                              "entry 2 names module 2 of 2"},
                    BadRecord{"entry_kind", [](auto& block) { block.entries[2].kind = 6; },
                              "entry 2 has kind 6"},
                    BadRecord{"entry_backend", [](auto& block) { block.entries[2].backend = 4; },
                              "entry 2 has backend 4"},
                    BadRecord{"entry_reason", [](auto& block) { block.entries[2].reason = 60; },
                              "entry 2 has reason 60"}),
    [](const auto& test) { return test.param.name; });

TEST(DecodeLedger, TheLongestString) {
  LedgerBlock block = Example();
  block.modules[0].path = static_cast<uint32_t>(block.strings.size());
  block.strings += std::string(4096, 'x') + std::string(1, '\0');
  const auto bytes = block.Bytes();
  const auto ledger = DecodeLedger(bytes);
  ASSERT_TRUE(ledger.ok());
  EXPECT_EQ(ledger->modules[0].path.size(), 4096u);
}

TEST(LedgerSize, OfTheHeaderAlone) {
  const auto bytes = Example().Bytes();
  const auto size = LedgerSize(std::span(bytes).first(sizeof(signet_ledger)));
  ASSERT_TRUE(size.ok());
  EXPECT_EQ(*size, bytes.size());
}

}  // namespace
}  // namespace signet::tool

// SPDX-License-Identifier: MIT
#include "tool/process/find_ledger.h"

#include <gtest/gtest.h>

#include "tests/tool/fake_memory.h"
#include "tests/tool/fake_module.h"
#include "tests/tool/ledger_block.h"

namespace signet::tool {
namespace {

using State = LedgerBlock::State;
using test::FakeMemory;
using test::FakeModule;

constexpr uint64_t kLoader = 0x7f0000010000;
constexpr uint64_t kBlock = 0x7f0000100000;

// A process that runs under Signet's loader.
class FindLedgerTest : public testing::Test {
 protected:
  FindLedgerTest() { module_.symbol_name = SIGNET_LEDGER_SYMBOL; }

  void Publish(uint64_t address) { address_ = address; }

  void Write(const std::vector<std::byte>& block) {
    memory_.Map(kBlock, block.size());
    memory_.Write(kBlock, block);
    Publish(kBlock);
  }

  Result<LedgerBlock> Find(const Auxv& auxv = {.base = kLoader, .phdr = 0x400040}) {
    module_.PutInto(memory_);
    memory_.Put(kLoader + FakeModule::kObject, address_);
    return FindLedger(memory_.reader(), auxv, module_.Mappings());
  }

  std::string MessageOf(const Result<LedgerBlock>& block) {
    return block.ok() ? "" : block.error().message;
  }

  FakeMemory memory_;
  FakeModule module_{kLoader};
  uint64_t address_ = 0;
};

TEST_F(FindLedgerTest, AsInterpreter) {
  const auto block = test::LedgerBlock().Bytes();
  Write(block);
  const auto found = Find();
  ASSERT_TRUE(found.ok()) << MessageOf(found);
  EXPECT_EQ(found->state, State::kFound);
  EXPECT_EQ(found->bytes, block);
}

TEST_F(FindLedgerTest, AsCommand) {
  Write(test::LedgerBlock().Bytes());
  const auto found = Find({.base = 0, .phdr = kLoader + sizeof(Elf64_Ehdr)});
  ASSERT_TRUE(found.ok()) << MessageOf(found);
  EXPECT_EQ(found->state, State::kFound);
}

TEST_F(FindLedgerTest, NotPublished) {
  const auto found = Find();
  ASSERT_TRUE(found.ok()) << MessageOf(found);
  EXPECT_EQ(found->state, State::kNotPublished);
  EXPECT_TRUE(found->bytes.empty());
}

TEST_F(FindLedgerTest, AnotherLoader) {
  module_.symbol_name = "_rtld_global";
  EXPECT_EQ(Find()->state, State::kNoLoader);
}

TEST_F(FindLedgerTest, NothingWhereTheLoaderShouldBe) {
  EXPECT_EQ(Find({.base = 0x1000, .phdr = 0})->state, State::kNoLoader);
  EXPECT_EQ(Find({.base = 0, .phdr = 0})->state, State::kNoLoader);
  EXPECT_EQ(Find({.base = kLoader + 0x1000, .phdr = 0})->state, State::kNoLoader);
}

TEST_F(FindLedgerTest, WildAddress) {
  Publish(0xdeadbeef000);
  EXPECT_EQ(MessageOf(Find()), "cannot read the ledger's header at 0xdeadbeef000");
}

TEST_F(FindLedgerTest, NotALedger) {
  Write(std::vector<std::byte>(4096, std::byte{'x'}));
  EXPECT_EQ(MessageOf(Find()), "ledger: bad magic");
}

TEST_F(FindLedgerTest, LargerThanItsMemory) {
  const test::LedgerBlock block;
  signet_ledger header = block.Header();
  header.size = 1 << 20;
  Write(block.Bytes(header));
  EXPECT_EQ(MessageOf(Find()), "cannot read the ledger of 0x100000 bytes at 0x7f0000100000");
}

TEST(ParseAuxv, Entries) {
  const std::vector<Elf64_auxv_t> entries = {
      {AT_PAGESZ, {4096}}, {AT_PHDR, {0x40}}, {AT_BASE, {0x1000}}, {AT_NULL, {0}}, {AT_BASE, {7}}};
  const Auxv auxv = ParseAuxv(std::as_bytes(std::span(entries)));
  EXPECT_EQ(auxv.phdr, 0x40u);
  EXPECT_EQ(auxv.base, 0x1000u);
}

TEST(ParseAuxv, Truncated) {
  const std::vector<Elf64_auxv_t> entries = {{AT_PHDR, {0x40}}, {AT_BASE, {0x1000}}};
  const Auxv auxv = ParseAuxv(std::as_bytes(std::span(entries)).first(31));
  EXPECT_EQ(auxv.phdr, 0x40u);
  EXPECT_EQ(auxv.base, 0u);
  EXPECT_EQ(ParseAuxv({}).phdr, 0u);
}

}  // namespace
}  // namespace signet::tool

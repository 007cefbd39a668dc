// SPDX-License-Identifier: MIT
//
// Which kinds are selected, and into which ranges a module is cut.
#include "sealer/plan.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/page.h"
#include "tests/unit/module_memory.h"

namespace signet::test {
namespace {

constexpr uint32_t kData = KindBit(SIGNET_KIND_DATA);
constexpr uint32_t kAll = kDefaultSealKinds | kData;
constexpr uint64_t kBias = 0x7f0000000000;

// The kinds that result from the default and `list`, or the unknown element in it.
std::string Parsed(std::string_view list) {
  uint32_t kinds = kDefaultSealKinds;
  std::string_view unknown;
  if (!ParseSealKinds(list, kinds, unknown)) {
    EXPECT_EQ(kinds, kDefaultSealKinds);
    return "unknown: " + std::string(unknown);
  }
  std::string names = (kinds & SIGNET_MARKED_ONLY) != 0 ? "marked:" : "";
  for (uint32_t i = 0; i < SIGNET_KIND_COUNT; ++i) {
    const auto kind = static_cast<signet_kind>(i);
    if ((kinds & KindBit(kind)) != 0) names += " " + std::string(KindName(kind));
  }
  return names;
}

TEST(Policy, Grammar) {
  EXPECT_EQ(Parsed("default"), " text rodata relro gap vdso");
  EXPECT_EQ(Parsed("none"), "");
  EXPECT_EQ(Parsed("data"), " text rodata relro gap vdso data");
  EXPECT_EQ(Parsed("none,text,+relro"), " text relro");
  EXPECT_EQ(Parsed("-gap,-gap"), " text rodata relro vdso");
  EXPECT_EQ(Parsed("-text,default"), " text rodata relro gap vdso");
  EXPECT_EQ(Parsed("marked"), "marked: text rodata relro gap vdso");
  EXPECT_EQ(Parsed("none,+marked,text"), "marked: text");
  EXPECT_EQ(Parsed("marked,-marked,none,text"), " text");
  EXPECT_EQ(Parsed("marked,default"), " text rodata relro gap vdso");
  EXPECT_EQ(Parsed("marked,none"), "");
}

TEST(Policy, WhatIsUnknown) {
  EXPECT_EQ(Parsed(""), "unknown: ");
  EXPECT_EQ(Parsed("text,,data"), "unknown: ");
  EXPECT_EQ(Parsed("none,"), "unknown: ");
  EXPECT_EQ(Parsed("frob"), "unknown: frob");
  EXPECT_EQ(Parsed("-stack"), "unknown: -stack");
  EXPECT_EQ(Parsed("+default"), "unknown: +default");
  EXPECT_EQ(Parsed("--text"), "unknown: --text");
}

elf::Phdr Header(uint32_t type, uint64_t vaddr, uint64_t memsz) {
  return {type, PF_R | PF_W, vaddr, vaddr, vaddr, 0, memsz, 1};
}
elf::Phdr Mutable(uint64_t vaddr, uint64_t memsz) {
  return Header(elf::kPtOpenbsdMutable, vaddr, memsz);
}

// Text 0x0, gap 0x1000, variables 0x2000 to 0x8000 with RELRO up to 0x3000, variables from 0x9000.
SealedModule Module(const std::vector<elf::Phdr>& phdrs) {
  return {.index = 3,
          .start = kBias,
          .load_bias = kBias,
          .phdrs = phdrs,
          .relro_start = kBias + 0x2000,
          .relro_end = kBias + 0x3000,
          .self_relocating = false,
          .left_out = false,
          .text_relocated = false};
}

std::vector<elf::Phdr> WithLoads(std::vector<elf::Phdr> more = {}) {
  more.insert(more.begin(), {ModuleMemory::Load(0, 0x800, PF_R | PF_X),
                             ModuleMemory::Load(0x2800, 0x5000, PF_R | PF_W),
                             ModuleMemory::Load(0x9000, 0x1000, PF_R | PF_W)});
  return more;
}

// "3000-5000 data" for a range that is to be sealed. Others have the number of their reason behind.
std::string Plan(const SealedModule& module, uint32_t kinds) {
  LedgerEntries entries;
  PlanModule(module, kinds, entries);
  std::string text;
  uint64_t end = module.start;
  for (const signet_ledger_entry& entry : entries) {
    EXPECT_EQ(entry.start, end);
    EXPECT_EQ(entry.module, 3u);
    EXPECT_EQ((entry.start | entry.end) % kPageSize, 0u);
    end = entry.end;
    char line[80];
    std::snprintf(line, sizeof line, "%lx-%lx %s", entry.start - kBias, entry.end - kBias,
                  KindName(static_cast<signet_kind>(entry.kind)).data());
    text += line;
    if (entry.reason != SIGNET_REASON_SEALED) text += " " + std::to_string(entry.reason);
    if (entry.remarks != 0) text += "!" + std::to_string(entry.remarks);
    text += "\n";
  }
  EXPECT_EQ(end, kBias + 0xa000);
  return text;
}

std::string Plan(const std::vector<elf::Phdr>& more, uint32_t kinds = kAll) {
  const std::vector<elf::Phdr> phdrs = WithLoads(more);
  return Plan(Module(phdrs), kinds);
}

const std::string kHead = "0-1000 text\n1000-2000 gap\n2000-3000 relro\n";
const std::string kWhole = kHead + "3000-8000 data\n8000-9000 gap\n9000-a000 data\n";

TEST(Plan, EveryPageOnce) {
  EXPECT_EQ(Plan(std::vector<elf::Phdr>()), kWhole);
  EXPECT_EQ(Plan(std::vector<elf::Phdr>(), kDefaultSealKinds),
            kHead + "3000-8000 data 1\n8000-9000 gap\n9000-a000 data 1\n");
}

TEST(Plan, MutableVariables) {
  EXPECT_EQ(Plan({Mutable(0x4000, 0x1000)}),
            kHead +
                "3000-4000 data\n4000-5000 data 6\n5000-8000 data\n8000-9000 gap\n"
                "9000-a000 data\n");
  EXPECT_EQ(Plan({Header(elf::kPtGnuMutable, 0x4000, 0x1000)}), Plan({Mutable(0x4000, 0x1000)}));
}

// A page of which a part is mutable stays changeable as a whole.
TEST(Plan, MutableInPart) {
  EXPECT_EQ(Plan({Mutable(0x4fff, 2)}),
            kHead +
                "3000-4000 data\n4000-6000 data 6\n6000-8000 data\n8000-9000 gap\n"
                "9000-a000 data\n");
  EXPECT_EQ(Plan({Mutable(0x5000, 0)}), kWhole);
}

TEST(Plan, MutableTwice) {
  const std::string two = kHead +
                          "3000-4000 data\n4000-5000 data 6\n5000-6000 data\n6000-7000 data 6\n"
                          "7000-8000 data\n8000-9000 gap\n9000-a000 data\n";
  EXPECT_EQ(Plan({Mutable(0x4000, 0x1000), Mutable(0x6000, 0x1000)}), two);
  EXPECT_EQ(Plan({Mutable(0x6000, 0x1000), Mutable(0x4000, 0x1000)}), two);
  // One inside the other, and two that overlap.
  EXPECT_EQ(Plan({Mutable(0x4100, 8), Mutable(0x4000, 0x1000), Mutable(0x6000, 0x1000)}), two);
  EXPECT_EQ(Plan({Mutable(0x4000, 0x1800), Mutable(0x5000, 0x1000)}),
            kHead +
                "3000-4000 data\n4000-6000 data 6\n6000-8000 data\n8000-9000 gap\n"
                "9000-a000 data\n");
}

// Only variables can be mutable: a file cannot take the seal from anything else.
TEST(Plan, MutableWhereItCannotBe) {
  const std::string none = kHead + "3000-8000 data 6\n8000-9000 gap\n9000-a000 data 6\n";
  EXPECT_EQ(Plan({Mutable(0, 0xa000)}), none);
  EXPECT_EQ(Plan({Mutable(0, UINT64_MAX)}), none);
  EXPECT_EQ(Plan({Mutable(0, 0x3000)}), kWhole);       // text, gap, RELRO
  EXPECT_EQ(Plan({Mutable(0x8000, 0x1000)}), kWhole);  // a gap
  EXPECT_EQ(Plan({Mutable(0xa000, 0x1000)}), kWhole);  // behind the module
  EXPECT_EQ(Plan({Mutable(UINT64_MAX, 1)}), kWhole);
  EXPECT_EQ(Plan({Mutable(UINT64_MAX - 0x1000, UINT64_MAX)}), kWhole);  // does not wrap around
  EXPECT_EQ(Plan({Mutable(0 - kBias, 0x1000)}), kWhole);
}

// If variables are not to be sealed at all, that is the reason.
TEST(Plan, MutableThatDoesNotMatter) {
  EXPECT_EQ(Plan({Mutable(0x4000, 0x1000)}, kDefaultSealKinds),
            Plan(std::vector<elf::Phdr>(), kDefaultSealKinds));
}

TEST(Plan, ModuleThatIsLeftOut) {
  const std::vector<elf::Phdr> phdrs = WithLoads({Mutable(0x4000, 0x1000)});
  SealedModule module = Module(phdrs);
  module.left_out = true;
  EXPECT_EQ(Plan(module, kDefaultSealKinds),
            "0-1000 text 5\n1000-2000 gap 5\n2000-3000 relro 5\n3000-8000 data 1\n"
            "8000-9000 gap 5\n9000-a000 data 1\n");
}

TEST(Plan, Remarks) {
  std::vector<elf::Phdr> phdrs = WithLoads();
  SealedModule module = Module(phdrs);
  module.text_relocated = true;
  EXPECT_EQ(Plan(module, kAll), "0-1000 text!2\n" + kWhole.substr(kWhole.find("1000-2000")));
  phdrs[0].p_flags |= PF_W;
  EXPECT_EQ(Plan(module, kAll), "0-1000 text!1\n" + kWhole.substr(kWhole.find("1000-2000")));
}

TEST(Plan, StaticProgram) {
  const std::vector<elf::Phdr> phdrs = WithLoads();
  SealedModule module = Module(phdrs);
  module.self_relocating = true;
  EXPECT_NE(Plan(module, kAll).find("2000-3000 relro 4\n"), std::string::npos);
  EXPECT_NE(Plan(module, kData).find("2000-3000 relro 1\n"), std::string::npos);
}

}  // namespace
}  // namespace signet::test

// SPDX-License-Identifier: MIT
//
// The report of `signet verify` on invented records.
#include "tool/verify/print_verify.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/tool/attack_data.h"

namespace signet::tool {
namespace {

using nlohmann::json;
using test::Done;
using test::kExampleRelro;
using test::kExampleText;
using test::Refused;

const KernelInfo kKernel = {.release = "6.18.1", .has_mseal = true};

class PrintVerify : public testing::Test {
 protected:
  void Decode(const std::vector<AttackRecord>& records,
              const test::LedgerBlock& ledger = test::ExampleLedger(), uint32_t kinds = 0x1f) {
    data_ = test::ExampleData(records, ledger);
    data_.wanted.kinds = kinds;
    report_ = BuildVerifyReport(data_);
  }

  std::string Text() const {
    std::ostringstream out;
    PrintVerifyText(out, report_, "prog", kKernel);
    return out.str();
  }
  json Parsed() const {
    std::ostringstream out;
    PrintVerifyJson(out, report_, "prog", kKernel);
    return json::parse(out.str());
  }

  bool has_breaches() const { return !report_.breaches.empty(); }
  bool has_contradictions() const { return !report_.contradictions.empty(); }

 private:
  AttackData data_;
  VerifyReport report_;
};

// Attacks through libc and inline, on text and RELRO. All are denied or allowed by design.
std::vector<AttackRecord> Sound() {
  std::vector<AttackRecord> records;
  for (const uint32_t entry : {kExampleText, kExampleRelro}) {
    AttackRecord munmap = Refused(entry, AttackCall::kMunmap);
    records.push_back(munmap);
    munmap.way = static_cast<uint8_t>(AttackWay::kCall);
    records.push_back(munmap);
  }
  records.push_back(Done(kExampleText, AttackCall::kMadvise, MADV_DONTNEED));
  records.push_back(Refused(kExampleRelro, AttackCall::kMadvise, MADV_DONTNEED));
  records.push_back(Done(kExampleText, AttackCall::kPtrace, 0, kAttackBytes));
  return records;
}

TEST_F(PrintVerify, TextWithoutBreaches) {
  Decode(Sound());
  EXPECT_FALSE(has_breaches());
  const std::string text = Text();
  EXPECT_TRUE(text.starts_with(
      "prog: kernel 6.18.1 with mseal, seals held by: kernel\n"
      "2 ranges attacked (1 text, 1 relro), 1 left out, which are not meant to be sealed\n"
      "\n"
      "ATTACK                         BY                   text       relro\n"
      "munmap                         call inline          denied     denied\n"
      "madvise MADV_DONTNEED          inline               [1]        denied\n"
      "ptrace PTRACE_POKETEXT         inline               [2]        -\n"
      "\n"
      "[1] on every kernel with mseal: "))
      << text;
  EXPECT_TRUE(text.ends_with("\n\n7 attacks: 5 denied, 2 allowed by design, 0 breaches\n")) << text;
  EXPECT_EQ(text.find("BREACH"), std::string::npos) << text;
}

TEST_F(PrintVerify, TextWithBreaches) {
  auto records = Sound();
  records[0] = Done(kExampleText, AttackCall::kMunmap, 0, kAttackUnmapped);
  AttackRecord died = Done(kExampleRelro, AttackCall::kMprotect, PROT_NONE);
  died.signal = SIGSEGV;
  died.part = static_cast<uint8_t>(AttackPart::kLast);
  records.push_back(died);
  Decode(records);
  const std::string text = Text();
  for (const char* line :
       {"\nmunmap                         call                 denied     denied\n",
        "\nmunmap                         inline               BREACH     denied\n",
        "\nmprotect                       inline               -          BREACH\n",
        "\nBREACHES\n000000010000-000000012000 text of libx.so: munmap, inline: ",
        "munmap, inline: done, pages gone\n000000012000-000000013000 relro of libx.so: ",
        "relro of libx.so: mprotect to ---, last page, inline: ended by SIGSEGV\n",
        "\n8 attacks: 4 denied, 2 allowed by design, 2 breaches\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

TEST_F(PrintVerify, TextListsSoManyBreaches) {
  Decode(
      std::vector<AttackRecord>(100, Done(kExampleText, AttackCall::kMunmap, 0, kAttackUnmapped)));
  EXPECT_NE(Text().find("\n… and 60 more; see --json\n"), std::string::npos);
  EXPECT_EQ(Parsed()["breaches"].size(), 100u);
}

// A hostile process may report millions.
TEST_F(PrintVerify, JsonListsNotMoreThanThat) {
  Decode(std::vector<AttackRecord>(10'001,
                                   Done(kExampleText, AttackCall::kMunmap, 0, kAttackUnmapped)));
  EXPECT_EQ(Parsed()["breaches"].size(), 10'000u);
  EXPECT_EQ(Parsed()["summary"]["breaches"], 10'002);  // RELRO was not attacked
}

TEST_F(PrintVerify, NamesCannotTalkToTheTerminal) {
  test::LedgerBlock ledger;
  const uint32_t module = ledger.AddModule(0x10000, 0x14000, "", "\033[2J");
  ledger.AddEntry(0x10000, 0x12000, module, SIGNET_KIND_TEXT);
  Decode({Done(0, AttackCall::kMunmap, 0, kAttackUnmapped)}, ledger);
  EXPECT_NE(Text().find("text of \\x1b[2J: munmap"), std::string::npos);
  EXPECT_EQ(Text().find('\033'), std::string::npos);
}

TEST_F(PrintVerify, AfterARun) {
  AttackData data = test::ExampleData(Sound());
  data.before = std::move(test::ExampleData({}).snapshot);
  data.time = {AttackTime::Kind::kAfterSeconds, std::chrono::seconds(5)};
  VerifyReport report = BuildVerifyReport(data);
  report.later = {{"liba.so", 2}, {"libb\033.so", 3}};
  report.unsealed = {{0x20000, 0x21000, "libc\a.so", "it came by dlopen"}};
  report.own = 1;
  std::ostringstream text;
  PrintVerifyText(text, report, "prog", kKernel);
  EXPECT_NE(text.str().find(
                " left out, which are not meant to be sealed\n"
                "1 more that the program has sealed itself; others may share them\n"
                "attacked after 5 s; 5 of the ranges came while it ran: liba.so, libb\\x1b.so\n\n"),
            std::string::npos)
      << text.str();
  EXPECT_NE(text.str().find("\n\nNOT SEALED\n"
                            "000000020000-000000021000 libc\\x07.so: it came by dlopen\n"),
            std::string::npos)
      << text.str();
  std::ostringstream out;
  PrintVerifyJson(out, report, "prog", kKernel);
  const json parsed = json::parse(out.str());
  EXPECT_EQ(parsed["after"], 5);
  EXPECT_EQ(parsed["ranges"]["later"], (json{{"liba.so", 2}, {"libb\033.so", 3}}));
  EXPECT_EQ(parsed["ranges"]["own"], 1);
  EXPECT_EQ(parsed["unsealed"], json::array({{{"start", "0x20000"},
                                              {"end", "0x21000"},
                                              {"module", "libc\a.so"},
                                              {"reason", "it came by dlopen"}}}));
  EXPECT_EQ(parsed["summary"]["unsealed"], 1);
}

TEST_F(PrintVerify, NothingToAttack) {
  test::LedgerBlock ledger = test::ExampleLedger();
  for (signet_ledger_entry& entry : ledger.entries) {
    entry.reason = SIGNET_REASON_NOT_MARKED;
    entry.backend = SIGNET_BACKEND_NONE;
  }
  ledger.entries.back().reason = SIGNET_REASON_NOT_SELECTED;
  Decode({}, ledger, SIGNET_MARKED_ONLY | 0x1f);
  EXPECT_EQ(Text(),
            "prog: kernel 6.18.1 with mseal, seals held by: kernel\n"
            "0 ranges attacked, 3 left out, which are not meant to be sealed\n"
            "\n0 attacks: 0 denied, 0 allowed by design, 0 breaches\n");
}

TEST_F(PrintVerify, Contradictions) {
  Decode({Refused(kExampleText, AttackCall::kMunmap)});
  EXPECT_TRUE(has_contradictions());
  EXPECT_NE(Text().find("\nTHE KERNEL SAYS OTHERWISE THAN THE PROCESS: IT CANNOT BE BELIEVED\n"
                        "000000012000-000000013000 libx.so: relro: was not attacked\n"),
            std::string::npos)
      << Text();
  EXPECT_TRUE(Text().ends_with("\n1 attacks: 1 denied, 0 allowed by design, 1 breaches\n"));
  EXPECT_EQ(Parsed()["contradictions"], json::array({{{"start", "0x12000"},
                                                      {"end", "0x13000"},
                                                      {"module", "libx.so"},
                                                      {"kernel", "relro: was not attacked"}}}));
  EXPECT_EQ(Parsed()["summary"]["breaches"], 1);
}

// The row of the report for one attack.
json AttackIn(const json& report, const char* attack, const char* by, const char* kind) {
  for (const json& row : report["attacks"]) {
    if (row["attack"] == attack && row["by"] == by && row["kind"] == kind) return row;
  }
  return nullptr;
}

TEST_F(PrintVerify, JsonOfAttacks) {
  auto records = Sound();
  AttackRecord other = records[0];
  other.answer = -EINVAL;
  records.push_back(other);
  Decode(records);
  const json report = Parsed();
  EXPECT_EQ(report["program"], "prog");
  EXPECT_EQ(report["kernel"], (json{{"release", "6.18.1"}, {"mseal", true}}));
  EXPECT_EQ(report["backend"], "kernel");
  EXPECT_EQ(report["ranges"]["attacked"]["text"], 1);
  EXPECT_EQ(report["ranges"]["attacked"]["data"], 0);
  EXPECT_EQ(report["ranges"]["left_out"], 1);
  EXPECT_EQ(report["breaches"], json::array());
  EXPECT_EQ(AttackIn(report, "munmap", "inline", "text"), (json{{"attack", "munmap"},
                                                                {"detail", ""},
                                                                {"by", "inline"},
                                                                {"kind", "text"},
                                                                {"sealed", "kernel"},
                                                                {"tried", 2},
                                                                {"denied", 2},
                                                                {"by_design", 0},
                                                                {"breaches", 0},
                                                                {"answers", {"EINVAL", "EPERM"}},
                                                                {"reasons", json::array()}}));
  const json allowed = AttackIn(report, "madvise MADV_DONTNEED", "inline", "text");
  EXPECT_EQ(allowed["by_design"], 1);
  EXPECT_EQ(allowed["reasons"].size(), 1u);
}

TEST_F(PrintVerify, JsonOfBreaches) {
  auto records = Sound();
  records.push_back(Done(kExampleRelro, AttackCall::kMunmap, 0, kAttackUnmapped));
  Decode(records);
  const json report = Parsed();
  EXPECT_EQ(
      report["summary"],
      (json{{"attacks", 8}, {"denied", 5}, {"by_design", 2}, {"breaches", 1}, {"unsealed", 0}}));
  ASSERT_EQ(report["breaches"].size(), 1u);
  EXPECT_EQ(report["breaches"][0], (json{{"attack", "munmap"},
                                         {"detail", ""},
                                         {"by", "inline"},
                                         {"start", "0x12000"},
                                         {"end", "0x13000"},
                                         {"kind", "relro"},
                                         {"sealed", "kernel"},
                                         {"module", "libx.so"},
                                         {"answer", "done"},
                                         {"effects", "pages gone"},
                                         {"expected", nullptr}}));
}

}  // namespace
}  // namespace signet::tool

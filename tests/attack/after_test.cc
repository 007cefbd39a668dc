// SPDX-License-Identifier: MIT
//
// `signet verify --after`: programs are attacked when they have run for a while, with everything
// that came meanwhile, wherever their threads are.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/capability.h"
#include "tests/support/kernel.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

using nlohmann::json;
using Strings = std::vector<std::string>;

RunResult Verify(const Strings& arguments) {
  Strings command = {Tool(), "verify"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return RunProgram(command, BaseEnvironment(), {.timeout = std::chrono::seconds(110)});
}

// Of the program attack-after, which does `steps` before it is attacked.
json Report(Strings options, const Strings& steps, int status) {
  options.insert(options.begin(), "--json");
  options.push_back(Module("attack-after"));
  options.insert(options.end(), steps.begin(), steps.end());
  const RunResult result = Verify(options);
  EXPECT_EQ(result.exit_status, status) << result.out.substr(0, 2000) << result.err;
  return result.out.empty() ? json::object() : json::parse(result.out);
}

// "libx.so: reason"
std::set<std::string> Unsealed(const json& report) {
  std::set<std::string> lines;
  for (const json& range : report["unsealed"])
    lines.insert(range["module"].get<std::string>() + ": " + range["reason"].get<std::string>());
  return lines;
}

constexpr const char* kLater[] = {"libattack-code.so", "libgcc_s.so.1", "EUC-JP.so", "libJIS.so"};
constexpr const char* kNotAdopted =
    ": not adopted: libc opened it and no call has come since, or the program has mapped it";

class After : public testing::Test {
 protected:
  void SetUp() override {
    if (!KernelHasMseal()) SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  }
};

TEST_F(After, LaterModulesAreSealed) {
  const json report = Report({"--after=stop"}, {"open", "late", "call", "stop"}, 0);
  EXPECT_EQ(report["after"], "stop");
  EXPECT_EQ(report["breaches"], json::array());
  EXPECT_EQ(report["contradictions"], json::array());
  EXPECT_EQ(report["unsealed"], json::array());
  for (const char* module : kLater) EXPECT_GE(report["ranges"]["later"][module], 3) << module;
  EXPECT_EQ(report["ranges"]["later"].size(), std::size(kLater)) << report["ranges"];
}

TEST_F(After, LateModulesBeforeTheyAreAdopted) {
  const json report = Report({"--after=stop"}, {"open", "late", "stop"}, 0);
  EXPECT_GE(report["ranges"]["later"]["libattack-code.so"], 3);
  EXPECT_GE(report["ranges"]["later"]["libgcc_s.so.1"], 3);  // it looks for itself
  EXPECT_EQ(Unsealed(report), (std::set<std::string>{std::string("EUC-JP.so") + kNotAdopted,
                                                     std::string("libJIS.so") + kNotAdopted}));
  EXPECT_EQ(report["summary"]["unsealed"], 2);
}

TEST_F(After, ModulesThatAreToStayUnsealed) {
  const json report =
      Report({"--after=stop", "--dlopen-seal=never"}, {"open", "late", "call", "stop"}, 0);
  EXPECT_EQ(report["ranges"]["later"], json::object());
  const std::set<std::string> unsealed = Unsealed(report);
  for (const char* module : kLater) {
    const std::string line =
        std::string(module) + ": text: it came by dlopen, and --dlopen-seal leaves that unsealed";
    EXPECT_TRUE(unsealed.contains(line)) << line << report["unsealed"];
  }
}

// Without mseal the same ranges are attacked. What succeeds is what the documents name.
TEST(AfterWithout, OtherBackends) {
  for (const char* backend : {"guard", "seccomp"}) {
    SCOPED_TRACE(backend);
    const json report = Report({"--after=stop", std::string("--backend=") + backend},
                               {"open", "late", "call", "stop"}, 1);
    EXPECT_EQ(report["contradictions"], json::array());
    EXPECT_EQ(report["ranges"]["later"].size(), std::size(kLater)) << report["ranges"];
    for (const json& breach : report["breaches"])
      EXPECT_FALSE(breach["expected"].is_null()) << breach;
  }
}

// Threads that hold locks of libc and of the loader, and one that cannot be stopped.
TEST_F(After, ThreadsAnywhere) {
  for (const char* after : {"--after=stop", "--after=1"}) {
    for (const char* last : {"stop", "leave"}) {
      if (after == std::string("--after=stop") && last == std::string("leave")) continue;
      SCOPED_TRACE(std::string(after) + " " + last);
      Strings steps = {"late", "call", "threads", last};
      const json report = Report({after}, steps, 0);
      EXPECT_EQ(report["breaches"], json::array());
      EXPECT_EQ(report["contradictions"], json::array());
    }
  }
}

// The attackers crash where nothing holds the ranges. The program's handlers do not save them.
TEST(AfterWithout, HandlersOfTheProgram) {
  const json report = Report({"--after=stop", "--backend=guard"}, {"signals", "stop"}, 1);
  for (const json& breach : report["breaches"]) {
    EXPECT_EQ(breach["by"], "inline") << breach;
    EXPECT_EQ(breach["effects"].get<std::string>().find("SIGALRM"), std::string::npos) << breach;
  }
}

TEST_F(After, CodeOfTheProgramsOwn) {
  const json report = Report({"--after=stop"}, {"map", "stop"}, 0);
  EXPECT_EQ(Unsealed(report), std::set<std::string>{": executable memory of the program's own"});
}

// Other processes see a file, so it is not attacked.
TEST_F(After, SealsOfTheProgramsOwn) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() / "file";
  const std::string text(4096, 'x');
  std::ofstream(path) << text;
  const json report = Report({"--after=stop", "--seal=+data"}, {path, "stop"}, 0);
  EXPECT_EQ(report["ranges"]["own"], 1);
  EXPECT_EQ(report["contradictions"], json::array());
  std::ifstream file(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), text);
}

// A program that has run can write to its ledger. It cannot hide what was sealed before.
TEST_F(After, AForgedLedger) {
  const json report = Report({"--after=stop"}, {"hide", "stop"}, 1);
  size_t count = 0;
  for (const json& contradiction : report["contradictions"])
    count += contradiction["kernel"] == "sealed before the program ran, and not any more" ? 1 : 0;
  EXPECT_GT(count, 5u) << report["contradictions"];
}

TEST_F(After, Text) {
  const RunResult result =
      Verify({"--after=stop", Module("attack-after"), "open", "call", "late", "stop"});
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_NE(result.out.find("\nattacked after it had stopped itself; 7 of the ranges came while it "
                            "ran: libattack-code.so, libgcc_s.so.1\n"),
            std::string::npos)
      << result;
  EXPECT_NE(result.out.find(std::string(" libJIS.so") + kNotAdopted), std::string::npos) << result;
}

TEST(AfterTheEnd, NothingCanBeTried) {
  const auto error = [](const Strings& arguments) {
    const RunResult result = Verify(arguments);
    EXPECT_EQ(result.exit_status, 1) << result;
    EXPECT_EQ(result.out, "");
    return result.err;
  };
  EXPECT_EQ(error({"--after=60", "true"}),
            "signet: true: ended with status 0 before its seals were attacked\n");
  EXPECT_EQ(error({"--after=60", "sh", "-c", "exit 3"}),
            "signet: sh: ended with status 3 before its seals were attacked\n");
  EXPECT_EQ(error({"--after=stop", "sh", "-c", "kill -9 $$"}),
            "signet: sh: ended by SIGKILL before its seals were attacked\n");
  EXPECT_EQ(error({"--after=stop", "sh", "-c", "exec sh -c 'kill -STOP $$'"}),
            "signet: sh: it executed another program before its seals were attacked\n");
}

// An error of the loader is its own, as without --after.
TEST(AfterTheEnd, ProgramThatCannotBeLinked) {
  const RunResult result = Verify({"--after=1", "--seal=nonsense", "true"});
  EXPECT_EQ(result.exit_status, 127) << result;
  EXPECT_TRUE(result.err.starts_with("ld-signet: unknown kind in --seal: nonsense\n")) << result;
}

}  // namespace
}  // namespace signet::test

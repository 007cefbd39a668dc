// SPDX-License-Identifier: MIT
//
// CPython's own regression tests: under Signet the same tests pass, fail and are skipped as under
// the system's dynamic linker.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/capability.h"
#include "tests/support/compatibility.h"
#include "tests/support/interp_copy.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;

// The system's version: /usr/bin/python3.11.
const fs::path kPython = fs::weakly_canonical("/usr/bin/python3");
const std::string kTestsuite = "lib" + kPython.filename().string() + "-testsuite";

using Outcomes = std::map<std::string, std::string>;

// From the report in JUnit's format that CPython's test runner writes.
Outcomes ReadOutcomes(const fs::path& file) {
  std::ifstream stream(file);
  const std::string text((std::istreambuf_iterator<char>(stream)), {});
  static const std::regex kCase(
      "<testcase name=\"([^\"]*)\" status=\"([^\"]*)\"(?: result=\"([^\"]*)\")?[^>]*>"
      "(?:<(failure|error|skipped))?");
  Outcomes outcomes;
  for (std::sregex_iterator at(text.begin(), text.end(), kCase), end; at != end; ++at) {
    const std::smatch& match = *at;
    outcomes[match[1]] = match[4].matched ? match[4].str() : match[2].str() + " " + match[3].str();
  }
  return outcomes;
}

// As PT_INTERP, a copy runs by its own name, so that programs which python starts by sys.executable
// also run under Signet.
Outcomes RunTests(const std::string& test, Way way) {
  const TemporaryDirectory directory;
  const fs::path report = directory / "report.xml";
  std::vector<std::string> argv = {kPython};
  const InterpCopy copy(kPython, Loader());
  if (way == Way::kCommand) argv.insert(argv.begin(), Loader());
  if (way == Way::kInterp) argv = {copy.path()};
  // VSOCK leads out of a virtual machine, to a host that may never answer.
  argv.insert(argv.end(), {"-m", "test", "--junit-xml", report, "--timeout", "240", "-u", "curses",
                           "--ignore", "*VSOCK*", test});
  RunProgram(argv,
             WithVariables(BaseEnvironment(), {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8",
                                               "TMPDIR=" + directory.path().string(),
                                               "HOME=" + directory.path().string(), "TERM=xterm"}),
             {.timeout = std::chrono::seconds(280), .directory = directory.path()});
  return ReadOutcomes(report);
}

// A line for each test that gave another result, or "".
std::string Differences(const Outcomes& wanted, const Outcomes& outcomes) {
  std::ostringstream text;
  for (const auto& [name, outcome] : wanted) {
    const auto found = outcomes.find(name);
    const std::string got = found == outcomes.end() ? "missing" : found->second;
    if (got != outcome) text << name << ": " << got << ", expected " << outcome << "\n";
  }
  for (const auto& [name, outcome] : outcomes) {
    if (!wanted.contains(name)) text << name << ": " << outcome << ", not expected\n";
  }
  return text.str();
}

class CPython : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (PackageVersion(kTestsuite).empty()) {
      SIGNET_SKIP_WITHOUT(kPrograms, "the package " << kTestsuite << " is not installed");
    }
    const fs::path test = fs::path("/usr/lib") / kPython.filename() / "test" / GetParam();
    if (!fs::exists(test) && !fs::exists(test.string() + ".py")) {
      SIGNET_SKIP_WITHOUT(kPrograms, kTestsuite << " does not hold " << GetParam());
    }
  }

  // Some of the tests depend on time. A test that differs gets a second chance.
  void ExpectSame(Way way) {
    std::string differences;
    for (int attempt = 0; attempt < 2; ++attempt) {
      const Outcomes wanted = RunTests(GetParam(), Way::kSystem);
      ASSERT_FALSE(wanted.empty());
      differences = Differences(wanted, RunTests(GetParam(), way));
      if (differences.empty()) break;
    }
    EXPECT_EQ(differences, "");
    RecordCompatibility({"CPython's tests", PackageVersion(kTestsuite), GetParam()}, GetParam(),
                        way, differences.empty());
  }
};
INSTANTIATE_TEST_SUITE_P(
    , CPython,
    testing::Values("test_asyncio", "test_bz2", "test_codecs", "test_ctypes", "test_curses",
                    "test_dbm", "test_decimal", "test_faulthandler", "test_hashlib",
                    "test_importlib", "test_json", "test_locale", "test_lzma",
                    "test_multiprocessing_fork", "test_multiprocessing_spawn", "test_readline",
                    "test_socket", "test_sqlite3", "test_ssl", "test_subprocess", "test_thread",
                    "test_threading", "test_zlib"),
    [](const testing::TestParamInfo<const char*>& test) { return test.param; });

TEST_P(CPython, AsACommand) { ExpectSame(Way::kCommand); }

TEST_P(CPython, AsAnInterpreter) { ExpectSame(Way::kInterp); }

}  // namespace
}  // namespace signet::test

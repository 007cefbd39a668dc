// SPDX-License-Identifier: MIT
//
// Real programs do under Signet what they do under the system's dynamic linker, and are sealed.
//
// What is run as a command is held against the system's ld.so run as a command: a program that
// looks at /proc/self/exe sees a dynamic linker there.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/real/real_programs.h"
#include "tests/seal/inspection.h"
#include "tests/seal/mseal_trace.h"
#include "tests/support/stopped.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;

std::string Replace(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// A run of a case's steps in a directory of its own.
class Session {
 public:
  explicit Session(const RealCase& given) {
    options_.run.directory = directory_.path();
    const std::string home = directory_.path();
    options_.environment = {"PATH=/usr/bin:/bin",
                            "HOME=" + home,
                            "TMPDIR=" + home,
                            "TZ=UTC",
                            "TERM=dumb",
                            "GIT_CONFIG_NOSYSTEM=1",
                            "GIT_AUTHOR_NAME=A",
                            "GIT_AUTHOR_EMAIL=a@example.org",
                            "GIT_AUTHOR_DATE=1000000000 +0000",
                            "GIT_COMMITTER_NAME=C",
                            "GIT_COMMITTER_EMAIL=c@example.org",
                            "GIT_COMMITTER_DATE=1000000001 +0000"};
    if (given.setup.empty()) return;
    const RunResult setup = RunProgram({"/bin/sh", "-c", given.setup}, environment(), options_.run);
    if (setup.exit_status != 0) ADD_FAILURE() << "setup: " << setup;
  }

  // The step's command line, the program as an absolute path without symbolic links.
  std::vector<std::string> CommandLine(const std::vector<std::string>& step) const {
    std::vector<std::string> argv;
    for (const std::string& argument : step) {
      argv.push_back(Replace(argument, "{dir}", directory_.path()));
    }
    argv[0] = fs::canonical(Program(argv[0]));
    return argv;
  }

  // How the step ended and what it wrote.
  std::string Run(Way way, InterpCopy::Method method, const std::vector<std::string>& step) const {
    std::vector<std::string> args = CommandLine(step);
    StartOptions options = options_;
    options.interp_method = method;
    const fs::path program = args[0];
    args.erase(args.begin());
    const RunResult result = Start(way, program, args, options);
    std::string text = "$";
    for (const std::string& argument : step) text += " " + argument;
    text += "\n" + Replace(result.out, directory_.path(), "{dir}");
    if (result.timed_out) return text + "timed out\n";
    if (result.signal != 0) return text + "signal " + std::to_string(result.signal) + "\n";
    return text + "exit status " + std::to_string(result.exit_status) + "\n";
  }

  std::vector<std::string> environment() const {
    return WithVariables(BaseEnvironment(), options_.environment);
  }
  const fs::path& directory() const { return directory_.path(); }

 private:
  fs::path Program(const std::string& name) const {
    return name.find('/') == std::string::npos ? fs::path("/usr/bin") / name
                                               : directory_.path() / name;
  }

  TemporaryDirectory directory_;
  StartOptions options_;
};

// All steps, run one way.
std::string Transcript(const RealCase& given, Way way,
                       InterpCopy::Method method = InterpCopy::Method::kOverwrite) {
  const Session session(given);
  std::string text;
  for (const std::vector<std::string>& step : given.steps) text += session.Run(way, method, step);
  return text;
}

class RealProgram : public testing::TestWithParam<RealCase> {
 protected:
  void SetUp() override {
    for (const std::vector<std::string>& step : GetParam().steps) {
      const fs::path program = fs::path("/usr/bin") / step[0];  // step[0], if it is a path
      if (!step[0].starts_with('.') && !fs::exists(program)) {
        GTEST_SKIP() << step[0] << " is not installed";
      }
    }
  }
};
INSTANTIATE_TEST_SUITE_P(, RealProgram, testing::ValuesIn(RealCases()),
                         [](const testing::TestParamInfo<RealCase>& given) {
                           return given.param.name;
                         });

TEST_P(RealProgram, AsACommand) {
  EXPECT_EQ(Transcript(GetParam(), Way::kCommand), Transcript(GetParam(), Way::kSystemCommand));
}

TEST_P(RealProgram, AsAnInterpreter) {
  EXPECT_EQ(Transcript(GetParam(), Way::kInterp), Transcript(GetParam(), Way::kSystem));
}

// What users do. It adds segments and moves tables.
TEST_P(RealProgram, PatchedByPatchelf) {
  if (const std::string reason = MissingProgramReason("patchelf"); !reason.empty()) {
    GTEST_SKIP() << reason;
  }
  EXPECT_EQ(Transcript(GetParam(), Way::kInterp, InterpCopy::Method::kPatchelf),
            Transcript(GetParam(), Way::kSystem));
}

// Calls look(command line) for each of the case's programs once, as far as the case has got then.
template <typename Look>
void ForEachProgram(const RealCase& given, Look&& look) {
  const Session session(given);
  std::set<std::string> seen;
  for (const std::vector<std::string>& step : given.steps) {
    const std::vector<std::string> argv = session.CommandLine(step);
    SCOPED_TRACE(argv[0]);
    if (seen.insert(argv[0]).second) look(session, argv);
    session.Run(Way::kSystem, {}, step);
  }
}

TEST_P(RealProgram, IsSealedAsACommand) {
  ForEachProgram(GetParam(), [](const Session& session, std::vector<std::string> argv) {
    argv.insert(argv.begin(), {Loader(), "--stop"});
    Process process(argv, session.environment(), {.directory = session.directory()});
    if (WaitForStop(process.pid())) {
      EXPECT_EQ(Inspection(process.pid()).Faults(kDefaultKinds), "");
    } else {
      ADD_FAILURE() << "it did not stop: " << process.Finish();
    }
  });
}

TEST_P(RealProgram, IsSealedByItsInterpreter) {
  ForEachProgram(GetParam(), [](const Session& session, std::vector<std::string> argv) {
    const InterpCopy copy(argv[0], Loader());
    argv[0] = copy.path();
    std::string faults = "it did not get to its entry";
    TraceMseal(argv, {.environment = session.environment(), .at_entry = [&faults](pid_t pid) {
                        faults = Inspection(pid).Faults(kDefaultKinds);
                      }});
    EXPECT_EQ(faults, "");
  });
}

}  // namespace
}  // namespace signet::test

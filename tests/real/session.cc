// SPDX-License-Identifier: MIT
#include "tests/real/session.h"

#include <gtest/gtest.h>

#include "tests/support/compatibility.h"
#include "tests/support/process.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;

std::string Replace(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

}  // namespace

Session::Session(const RealCase& given) {
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
  if (!given.setup.empty()) {
    const RunResult setup =
        RunProgram({"/bin/sh", "-c", Expand(given.setup)}, environment(), options_.run);
    if (setup.exit_status != 0) ADD_FAILURE() << "setup: " << setup;
  }
  options_.run.timeout = std::chrono::seconds(20);
  options_.wrapper = given.wrapper;
  options_.environment.insert(options_.environment.end(), given.environment.begin(),
                              given.environment.end());
}

std::string Session::Expand(const std::string& text) const {
  return Replace(Replace(text, "{dir}", directory_.path()), "{data}", SIGNET_TEST_PLUGIN_DATA);
}

std::vector<std::string> Session::CommandLine(const std::vector<std::string>& step) const {
  std::vector<std::string> argv;
  for (const std::string& argument : step) argv.push_back(Expand(argument));
  argv[0] = fs::canonical(Program(argv[0]));
  return argv;
}

std::string Session::Run(Way way, InterpCopy::Method method,
                         const std::vector<std::string>& step) const {
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

std::vector<std::string> Session::environment() const {
  return WithVariables(BaseEnvironment(), options_.environment);
}

fs::path Session::Program(const std::string& name) const {
  return name.find('/') == std::string::npos ? fs::path("/usr/bin") / name
                                             : directory_.path() / name;
}

std::string MissingReason(const RealCase& given) {
  for (const std::vector<std::string>& step : given.steps) {
    const fs::path program = fs::path("/usr/bin") / step[0];  // step[0], if it is a path
    if (!step[0].starts_with('.') && !fs::exists(program)) return step[0] + " is not installed";
  }
  for (const std::string& need : given.needs) {
    if (need.starts_with('/')) {
      if (!fs::exists(need)) return need + " is not installed";
    } else if (PackageVersion(need).empty()) {
      return "the package " + need + " is not installed";
    }
  }
  return "";
}

std::string Transcript(const RealCase& given, Way way, InterpCopy::Method method) {
  const Session session(given);
  std::string text;
  for (const std::vector<std::string>& step : given.steps) text += session.Run(way, method, step);
  return text;
}

void ExpectSame(const RealCase& given, Way way, Way oracle) {
  const std::string transcript = Transcript(given, way);
  const std::string wanted = Transcript(given, oracle);
  EXPECT_EQ(transcript, wanted);
  if (given.exercised.empty()) return;
  const std::string package =
      given.package.starts_with('/') ? PackageOf(given.package) : given.package;
  const std::string program = given.program.empty() ? package : given.program;
  RecordCompatibility({program, PackageVersion(package), given.exercised}, given.name, way,
                      transcript == wanted);
}

}  // namespace signet::test

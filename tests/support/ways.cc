// SPDX-License-Identifier: MIT
#include "tests/support/ways.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <ostream>
#include <sstream>
#include <stdexcept>

namespace signet::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSystemLoader = "/lib64/ld-linux-x86-64.so.2";

}  // namespace

std::string_view ToString(Way way) {
  switch (way) {
    case Way::kSystem:
      return "system";
    case Way::kSystemCommand:
      return "system_command";
    case Way::kCommand:
      return "command";
    case Way::kInterp:
      return "interp";
    case Way::kNodelete:
      return "nodelete";
    case Way::kNever:
      return "never";
  }
  return "?";
}

void PrintTo(Way way, std::ostream* stream) { *stream << ToString(way); }

fs::path Loader() { return SIGNET_TEST_LOADER; }
fs::path Tool() { return SIGNET_TEST_TOOL; }
fs::path SystemLoader() { return kSystemLoader; }
fs::path ModuleDirectory() { return SIGNET_TEST_MODULES; }
fs::path Module(std::string_view name) { return ModuleDirectory() / name; }

bool OthersReachModules() {
  for (fs::path path = ModuleDirectory(); path.has_relative_path(); path = path.parent_path()) {
    if ((fs::status(path).permissions() & fs::perms::others_exec) == fs::perms::none) return false;
  }
  return true;
}

fs::path FoundByLdSo(std::string_view module, std::string_view soname) {
  const std::string list = RunProgram({SystemLoader(), "--list", Module(module)}).out;
  const size_t end = list.find(" (", list.find(std::string(soname) + " => "));
  const size_t start = list.rfind(' ', end - 1);
  return list.substr(start + 1, end - start - 1);
}

std::string MissingReason(std::string_view name) {
  std::ifstream note(Module(name).string() + ".missing");
  std::string reason;
  std::getline(note, reason);
  return reason;
}

std::string MissingProgramReason(std::string_view name) {
  const char* path = std::getenv("PATH");
  std::istringstream directories(path == nullptr ? "" : path);
  for (std::string directory; std::getline(directories, directory, ':');) {
    if (access((fs::path(directory) / name).c_str(), X_OK) == 0) return "";
  }
  return std::string(name) + " is not installed";
}

RunResult Start(Way way, const fs::path& program, const std::vector<std::string>& args,
                const StartOptions& options) {
  const std::vector<std::string> environment =
      WithVariables(BaseEnvironment(), options.environment);
  std::vector<std::string> argv = options.wrapper;
  if (IsCommand(way)) {
    argv.push_back(IsSignet(way) ? Loader() : SystemLoader());
    if (IsSignet(way) && Unloads(way))
      argv.push_back("--dlopen-seal=" + std::string(ToString(way)));
    argv.insert(argv.end(), options.loader_options.begin(), options.loader_options.end());
  }
  const size_t program_index = argv.size();
  argv.push_back(program);
  argv.insert(argv.end(), args.begin(), args.end());
  if (way != Way::kInterp) return RunProgram(argv, environment, options.run);

  const InterpCopy copy(program, Loader(), options.interp_method);
  RunOptions run = options.run;
  if (options.wrapper.empty()) {
    run.executable = copy.path();
  } else {
    argv[program_index] = copy.path();
  }
  return RunProgram(argv, environment, run);
}

RunResult ExpectSameAsSystem(const fs::path& program, const std::vector<std::string>& args,
                             const StartOptions& options, Errors errors) {
  const RunResult system = Start(Way::kSystem, program, args, options);
  for (const Way way : {Way::kCommand, Way::kInterp}) {
    SCOPED_TRACE(testing::Message() << program << ", way: " << ToString(way));
    const RunResult signet = Start(way, program, args, options);
    EXPECT_EQ(signet.out, system.out) << signet;
    EXPECT_EQ(signet.exit_status, system.exit_status) << signet;
    EXPECT_EQ(signet.signal, system.signal) << signet;
    if (errors == Errors::kCompare) {
      EXPECT_EQ(signet.err, system.err) << signet;
    }
  }
  return system;
}

}  // namespace signet::test

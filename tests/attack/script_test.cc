// SPDX-License-Identifier: MIT
//
// A script is executed by the name of the script. What is recorded as the program must be the
// interpreter that the kernel has mapped, however long the script is.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;

// Which of the two the ledger has as a module.
std::string RecordedProgram(const fs::path& script, const fs::path& interpreter) {
  Process process({script}, BaseEnvironment(), {.input = std::string(1 << 20, 'x')});
  if (!process.WaitForOutput("ready")) return "it did not start";
  const RunResult result =
      RunProgram({Tool(), "dump", "--json", std::to_string(process.pid())}, BaseEnvironment());
  const auto report = nlohmann::json::parse(result.out);
  for (const auto& module : report["summary"]["modules"]) {
    const std::string path = module["path"];
    for (const fs::path& file : {script, interpreter}) {
      if (fs::exists(path) && fs::equivalent(path, file)) return file;
    }
  }
  return result.out;
}

TEST(Script, IsNotTheProgram) {
  const InterpCopy shell("/bin/sh", Loader());
  const TemporaryDirectory directory;
  const fs::path script = directory.path() / "script";
  const fs::path outer = directory.path() / "outer";
  for (const bool is_long : {false, true}) {
    const std::string padding(is_long ? fs::file_size(shell.path()) : 0, '#');
    std::ofstream(script) << "#!" << shell.path().string() << "\necho ready; read line\n"
                          << padding << "\n";
    std::ofstream(outer) << "#!" << script.string() << " -e\n" << padding << "\n";
    for (const fs::path& file : {script, outer}) {
      fs::permissions(file, fs::perms(0755));
      EXPECT_EQ(RecordedProgram(file, shell.path()), shell.path()) << file << is_long;
    }
  }
}

// Its own name as an argument makes no script of a program.
TEST(Script, AProgramWithItsOwnName) {
  const InterpCopy shell("/bin/sh", Loader());
  const RunResult result =
      RunProgram({shell.path(), "-c", "echo $0", shell.path()}, BaseEnvironment());
  EXPECT_EQ(result.out, std::string(shell.path()) + "\n") << result;
}

}  // namespace
}  // namespace signet::test

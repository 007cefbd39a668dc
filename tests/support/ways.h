// SPDX-License-Identifier: MIT
//
// The ways to start a dynamically linked program, so that one test can compare Signet with the
// system's dynamic linker: program, arguments, options -> exit status and output, for each way.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/interp_copy.h"
#include "tests/support/process.h"

namespace signet::test {

enum class Way {
  kSystem,         // plain exec: the system's ld.so is the program's PT_INTERP
  kSystemCommand,  // ld-linux-x86-64.so.2 [OPTIONS] PROGRAM ARGS
  kCommand,        // ld-signet.so [OPTIONS] PROGRAM ARGS
  kInterp,         // exec of a copy whose PT_INTERP is ld-signet.so
  kNodelete,       // ld-signet.so --dlopen-seal=nodelete [OPTIONS] PROGRAM ARGS
  kNever,          // as kNodelete, with --dlopen-seal=never
};

std::string_view ToString(Way way);
// Prints the way's name for gtest.
void PrintTo(Way way, std::ostream* stream);
// True if dlclose unloads.
constexpr bool Unloads(Way way) { return way != Way::kCommand && way != Way::kInterp; }
constexpr bool IsSignet(Way way) { return way != Way::kSystem && way != Way::kSystemCommand; }
constexpr bool IsCommand(Way way) { return way != Way::kSystem && way != Way::kInterp; }

// The loader and the tool under test, as CMake built them.
std::filesystem::path Loader();
std::filesystem::path Tool();
// The system's own dynamic linker.
std::filesystem::path SystemLoader();
// The directory of the test modules, and one module in it.
std::filesystem::path ModuleDirectory();
std::filesystem::path Module(std::string_view name);
// False if a directory on the way to the modules is closed to other users.
bool OthersReachModules();
// Where ld.so finds a library of a test module.
std::filesystem::path FoundByLdSo(std::string_view module, std::string_view soname);
// Why the build left out a module ("mold is not installed"), or "".
std::string MissingReason(std::string_view name);
// Why a program cannot be used ("gdb is not installed"), or "" if it is on PATH.
std::string MissingProgramReason(std::string_view name);

struct StartOptions {
  std::vector<std::string> environment = {};     // NAME=VALUE, on top of BaseEnvironment()
  std::vector<std::string> loader_options = {};  // only if the loader is the command
  std::vector<std::string> wrapper = {};         // a program and arguments that execute the rest
  InterpCopy::Method interp_method = InterpCopy::Method::kOverwrite;
  RunOptions run = {};
};

// Runs `program` to its end. Its argv[0] is its path.
RunResult Start(Way way, const std::filesystem::path& program,
                const std::vector<std::string>& args = {}, const StartOptions& options = {});

// Expects that both of Signet's ways give what the system's way gives: exit status and standard
// output, and also standard error with Errors::kCompare. Returns the system's result.
enum class Errors { kIgnore, kCompare };
RunResult ExpectSameAsSystem(const std::filesystem::path& program,
                             const std::vector<std::string>& args = {},
                             const StartOptions& options = {}, Errors errors = Errors::kIgnore);

}  // namespace signet::test

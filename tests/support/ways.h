// SPDX-License-Identifier: MIT
//
// The ways to start a dynamically linked program, so that one test can hold Signet against the
// system's dynamic linker: program, arguments, options -> exit status and output, each way.
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
  kNever,          // the same with never
};

std::string_view ToString(Way way);
// Prints the way's name for gtest.
void PrintTo(Way way, std::ostream* stream);
// Where dlclose unloads.
constexpr bool Unloads(Way way) { return way != Way::kCommand && way != Way::kInterp; }
constexpr bool IsSignet(Way way) { return way != Way::kSystem && way != Way::kSystemCommand; }
constexpr bool IsCommand(Way way) { return way != Way::kSystem && way != Way::kInterp; }

// What is under test, as CMake built it.
std::filesystem::path Loader();
std::filesystem::path Tool();
// The system's own dynamic linker.
std::filesystem::path SystemLoader();
// The directory of the test modules, and one module in it.
std::filesystem::path ModuleDirectory();
std::filesystem::path Module(std::string_view name);
// Why the build left out a module ("mold is not installed"); empty where it is there.
std::string MissingReason(std::string_view name);
// The same for a program searched for on PATH, "" where found.
std::string MissingProgramReason(std::string_view name);

struct StartOptions {
  std::vector<std::string> environment = {};     // NAME=VALUE, on top of BaseEnvironment()
  std::vector<std::string> loader_options = {};  // only where the loader is the command
  std::vector<std::string> wrapper = {};         // a program and arguments that execute the rest
  InterpCopy::Method interp_method = InterpCopy::Method::kOverwrite;
  RunOptions run = {};
};

// Starts `program` with argv[0] its path and runs it to its end.
RunResult Start(Way way, const std::filesystem::path& program,
                const std::vector<std::string>& args = {}, const StartOptions& options = {});

// gtest assertions: both Signet ways give what the system's way gives: exit status and standard
// output, and standard error where `compare_errors` says so. Returns the system's result.
enum class Errors { kIgnore, kCompare };
RunResult ExpectSameAsSystem(const std::filesystem::path& program,
                             const std::vector<std::string>& args = {},
                             const StartOptions& options = {}, Errors errors = Errors::kIgnore);

}  // namespace signet::test

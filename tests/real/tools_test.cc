// SPDX-License-Identifier: MIT
//
// What tools say about a program that Signet has linked. It must be what they say under the
// system's dynamic linker: they look for mappings of files, for lists of modules, for symbols.
// docs/tools.md has the list. gdb_test.cc and perf_test.cc are about gdb and perf.
#include <gtest/gtest.h>
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <regex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/capability.h"
#include "tests/support/load_test.h"
#include "tests/support/temporary_directory.h"

namespace signet::test {
namespace {

using Lines = std::vector<std::string>;

class Tools : public LoadTest {
 protected:
  static constexpr auto kToolTimeout = std::chrono::seconds(100);

  // `tool`, with its arguments, runs `program` with its arguments.
  RunResult Run(Way which, const Lines& tool, const std::string& program, const Lines& arguments,
                const Lines& environment = {}) {
    Lines argv = {"/usr/bin/env"};
    argv.insert(argv.end(), tool.begin(), tool.end());
    const Lines command = CommandLine(which, program);
    argv.insert(argv.end(), command.begin(), command.end());
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return RunProgram(argv, WithVariables(BaseEnvironment(), environment),
                      {.timeout = kToolTimeout, .directory = directory_.path()});
  }

  Lines CommandLine(Way which, const std::string& program) {
    if (which == Way::kCommand) return {Loader(), program};
    if (which != Way::kInterp) return {program};
    copy_.emplace(program, Loader());
    return {copy_->path()};
  }

  TemporaryDirectory directory_;
  std::optional<InterpCopy> copy_;
};
SIGNET_EVERY_WAY(Tools);

// `missing` is a reason, or empty.
#define SIGNET_SKIP_IF(missing)                              \
  if (const std::string reason = missing; !reason.empty()) { \
    SIGNET_SKIP_WITHOUT(kPrograms, reason);                  \
  }
#define SIGNET_NEEDS_TOOL(tool) SIGNET_SKIP_IF(MissingProgramReason(tool))
#define SIGNET_NEEDS_MODULE(name) SIGNET_SKIP_IF(MissingReason(name))

// What differs from run to run.
std::string WithoutNumbers(const std::string& text) {
  const std::string result = std::regex_replace(text, std::regex("==[0-9]+=="), "");
  return std::regex_replace(result, std::regex("0x[0-9A-F]+"), "ADDRESS");
}

class Valgrind : public Tools {
 protected:
  void ExpectSameErrors(const std::string& program, const Lines& arguments, int status) {
    SIGNET_NEEDS_TOOL("valgrind");
    const Lines valgrind = {"valgrind", "-q", "--leak-check=full", "--error-exitcode=9"};
    const RunResult right = Run(Way::kSystem, valgrind, program, arguments);
    const RunResult result = Run(way(), valgrind, program, arguments);
    EXPECT_EQ(right.exit_status, status) << right;
    EXPECT_EQ(result.exit_status, status) << result;
    EXPECT_EQ(result.out, right.out);
    EXPECT_EQ(WithoutNumbers(result.err), WithoutNumbers(right.err));
  }
};
SIGNET_EVERY_WAY(Valgrind);

TEST_P(Valgrind, FindsErrorsOfALibraryWithMuchData) {
  SIGNET_NEEDS_MODULE("tools-program");
  ExpectSameErrors(Module("tools-program"), {}, 9);
}
TEST_P(Valgrind, Ls) { ExpectSameErrors("/bin/ls", {"/"}, 0); }
TEST_P(Valgrind, Git) { ExpectSameErrors("/usr/bin/git", {"--version"}, 0); }
TEST_P(Valgrind, Sqlite3) {
  ExpectSameErrors("/usr/bin/sqlite3", {":memory:", "select 6 * 7;"}, 0);
}

// ltrace stops at the PLT entries of its program. As a command the linker is its program.
TEST_P(Tools, LtraceNamesLibraryCalls) {
  SIGNET_NEEDS_TOOL("ltrace");
  SIGNET_NEEDS_MODULE("tools-program");
  if (way() == Way::kCommand) GTEST_SKIP() << "it would trace the linker";
  const RunResult result = Run(way(), {"ltrace", "-o", "trace"}, Module("tools-program"), {});
  ASSERT_EQ(result.exit_status, 0) << result;
  std::stringstream trace;
  trace << std::ifstream(directory_ / "trace").rdbuf();
  for (const char* call : {"malloc(4)", "LooksAtUnset(", "Leaks(", "Probed(", "printf("})
    EXPECT_NE(trace.str().find(call), std::string::npos) << call << "\n" << trace.str();
}

TEST_P(Tools, HeaptrackFindsTheLeak) {
  SIGNET_NEEDS_TOOL("heaptrack");
  SIGNET_NEEDS_MODULE("tools-program");
  const RunResult result = Run(way(), {"heaptrack", "-o", "heap"}, Module("tools-program"), {});
  ASSERT_EQ(result.exit_status, 0) << result;
  Lines print = {"/usr/bin/env", "heaptrack_print", "-l", "1", "-f"};
  for (const char* name : {"heap.zst", "heap.gz"}) {
    if (std::filesystem::exists(directory_ / name)) print.push_back(directory_ / name);
  }
  const RunResult report = RunProgram(print);
  EXPECT_NE(report.out.find("Leaks"), std::string::npos) << report;
}

// uftrace changes the GOT entry of the lazy resolver, which is RELRO. So it needs that part to be
// left alone (docs/tools.md).
TEST_P(Tools, UftraceTracesCalls) {
  SIGNET_NEEDS_TOOL("uftrace");
  SIGNET_NEEDS_MODULE("tools-profiled");
  if (way() == Way::kCommand) GTEST_SKIP() << "it would trace the linker";
  const RunResult result = Run(way(), {"uftrace", "live", "--no-pager"}, Module("tools-profiled"),
                               {}, {"SIGNET_SEAL=-relro"});
  ASSERT_EQ(result.exit_status, 0) << result;
  for (const char* call : {"main() {", "LooksAtUnset();", "Probed();"})
    EXPECT_NE(result.out.find(call), std::string::npos) << call << "\n" << result;
}

TEST_P(Tools, RrRecordsAndReplays) {
  SIGNET_NEEDS_TOOL("rr");
  SIGNET_NEEDS_MODULE("tools-program");
  const RunResult tried = Run(Way::kSystem, {"rr", "record", "-n"}, "/bin/true", {},
                              {"_RR_TRACE_DIR=" + (directory_ / "tried").string()});
  if (tried.exit_status != 0) SIGNET_SKIP_WITHOUT(kPerf, "rr may not record here: " << tried.err);
  const Lines traces = {"_RR_TRACE_DIR=" + (directory_ / "trace").string()};
  const RunResult recorded =
      Run(way(), {"rr", "record", "-n"}, Module("tools-program"), {}, traces);
  ASSERT_EQ(recorded.exit_status, 0) << recorded;
  const RunResult replayed =
      RunProgram({"/usr/bin/env", "rr", "replay", "-a"}, WithVariables(BaseEnvironment(), traces));
  EXPECT_EQ(replayed.out, recorded.out) << replayed;
}

// A process that waits.
class ToolsAttach : public Tools {
 protected:
  void Begin() {
    Lines argv = CommandLine(way(), Module("tools-program"));
    argv.push_back("wait");
    process_.emplace(argv, BaseEnvironment());
    ASSERT_TRUE(process_->WaitForOutput("semaphore"));
  }
  RunResult Ask(const Lines& tool) {
    Lines argv = {"/usr/bin/env"};
    argv.insert(argv.end(), tool.begin(), tool.end());
    argv.push_back(std::to_string(process_->pid()));
    return RunProgram(argv, BaseEnvironment(), {.directory = directory_.path()});
  }

  std::optional<Process> process_;
};
SIGNET_EVERY_WAY(ToolsAttach);

TEST_P(ToolsAttach, EuStackShowsTheCaller) {
  SIGNET_NEEDS_TOOL("eu-stack");
  SIGNET_NEEDS_MODULE("tools-program");
  Begin();
  const RunResult stack = Ask({"eu-stack", "-p"});
  EXPECT_NE(stack.out.find(" ProgramWaits\n"), std::string::npos) << stack;
  EXPECT_NE(stack.out.find(" main\n"), std::string::npos) << stack;
}

// pldd reads the list of the program that the kernel has started. If that is a linker, there is
// none, ld.so's included.
TEST_P(ToolsAttach, PlddListsTheLibraries) {
  SIGNET_NEEDS_TOOL("pldd");
  SIGNET_NEEDS_MODULE("tools-program");
  if (way() == Way::kCommand)
    GTEST_SKIP() << "pldd does not know a linker that is run as a command";
  Begin();
  const RunResult list = Ask({"pldd"});
  EXPECT_NE(list.out.find("/libtools-library.so\n"), std::string::npos) << list;
  EXPECT_NE(list.out.find("/libc.so.6\n"), std::string::npos) << list;
}

TEST_P(ToolsAttach, GcoreWritesWhatGdbReads) {
  SIGNET_NEEDS_TOOL("gcore");
  SIGNET_NEEDS_MODULE("tools-program");
  Begin();
  const RunResult written = Ask({"gcore", "-o", "core"});
  ASSERT_EQ(written.exit_status, 0) << written;
  const std::string file =
      way() == Way::kCommand ? Loader().string() : CommandLine(way(), Module("tools-program"))[0];
  const RunResult gdb =
      RunProgram({"/usr/bin/env", "gdb", "-nx", "-batch", "-iex", "set debuginfod enabled off",
                  "-ex", "bt", file, directory_ / ("core." + std::to_string(process_->pid()))});
  EXPECT_NE(gdb.out.find("ProgramWaits ("), std::string::npos) << gdb;
  EXPECT_NE(gdb.out.find("in main ("), std::string::npos) << gdb;
}

// The kernel counts the semaphore of a probe up in each writable mapping of the file.
TEST_P(Tools, BpftraceHitsAProbeWithASemaphore) {
  SIGNET_NEEDS_TOOL("bpftrace");
  SIGNET_NEEDS_MODULE("tools-program");
  const std::string probe = "usdt:" + Module("libtools-library.so").string() + ":signet:probed";
  Process bpftrace(
      {"/usr/bin/env", "bpftrace", "-e",
       "BEGIN { printf(\"ready\\n\"); } " + probe + " { printf(\"hit %d\\n\", arg0); exit(); }"},
      BaseEnvironment());
  if (!bpftrace.WaitForOutput("ready"))
    SIGNET_SKIP_WITHOUT(kPerf, "bpftrace may not trace here: " << bpftrace.Finish().err);
  const RunResult result = Run(way(), {}, Module("tools-program"), {});
  EXPECT_EQ(result.out, "looked: yes, semaphore: 1\n") << result;
  EXPECT_TRUE(bpftrace.WaitForOutput("hit 42")) << bpftrace.Finish();
}

// What scanners of /proc/PID/maps and of smaps look for: variables bear the name of their file.
TEST_P(ToolsAttach, VariablesBearTheirFilesName) {
  SIGNET_NEEDS_MODULE("tools-program");
  Begin();
  std::ifstream maps("/proc/" + std::to_string(process_->pid()) + "/maps");
  const std::regex variables(
      "[^ ]+ rw-p .*/(tools-program[^/]*|libtools-library\\.so|libc\\.so\\.6)");
  int found = 0;
  for (std::string line; std::getline(maps, line);) found += std::regex_match(line, variables);
  EXPECT_EQ(found, 3);
}

}  // namespace
}  // namespace signet::test

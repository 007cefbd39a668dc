// SPDX-License-Identifier: MIT
//
// What gdb shows about a program that Signet has linked. It must be what gdb shows under the
// system's dynamic linker, in both ways to start, for a program that gdb runs, attaches to, or
// finds in a core file. For thread-local variables gdb needs Signet's libthread_db.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/capability.h"
#include "tests/support/load_test.h"
#include "tests/support/temporary_directory.h"

namespace signet::test {
namespace {

using Lines = std::vector<std::string>;

class Gdb : public LoadTest {
 protected:
  void SetUp() override {
    if (const std::string reason = MissingProgramReason("gdb"); !reason.empty()) {
      SIGNET_SKIP_WITHOUT(kPrograms, reason);
    }
    program_ = Module("gdb-program");
    if (way() == Way::kInterp) {
      copy_.emplace(program_, Loader());
      program_ = copy_->path();
    }
  }

  // The command line that makes the program do `what`.
  Lines CommandLine(const std::string& what) const {
    if (way() == Way::kCommand) return {Loader(), program_, what};
    return {program_, what};
  }
  // The file that the kernel runs.
  std::string Executable() const { return CommandLine("")[0]; }

  // What gdb says when it is started with `arguments` and told `commands`.
  static std::string Ask(const Lines& commands, const Lines& arguments) {
    Lines argv = {"/usr/bin/env", "gdb", "-nx", "-batch"};
    for (const char* setting :
         {"set confirm off", "set pagination off", "set debuginfod enabled off",
          "set breakpoint pending on", "set width 0", "add-auto-load-safe-path " SIGNET_TEST_GDB}) {
      argv.insert(argv.end(), {"-iex", setting});
    }
    for (const std::string& command : commands) argv.insert(argv.end(), {"-ex", command});
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    const RunResult result = RunProgram(argv);
    EXPECT_EQ(result.exit_status, 0) << result;
    return result.out;
  }
  std::string Debug(const std::string& what, const Lines& commands) const {
    Lines arguments = CommandLine(what);
    arguments.insert(arguments.begin(), "--args");
    return Ask(commands, arguments);
  }

  // The address of `name` as the program prints it, 0 if it does not.
  static uint64_t Told(const std::string& output, const std::string& name) {
    std::smatch match;
    return std::regex_search(output, match, std::regex(name + " is at (0x[0-9a-f]+)"))
               ? std::stoull(match[1], nullptr, 16)
               : 0;
  }

  // Expects `info sharedlibrary` to list `file` as a module that holds `address`.
  static void ExpectListed(const std::string& output, const std::string& file, uint64_t address) {
    const std::regex line("(0x[0-9a-f]+) +(0x[0-9a-f]+) +Yes[ (*)]+ .*/" + file);
    std::smatch match;
    ASSERT_TRUE(std::regex_search(output, match, line)) << file << "\n" << output;
    EXPECT_LE(std::stoull(match[1], nullptr, 16), address) << file << "\n" << output;
    EXPECT_GT(std::stoull(match[2], nullptr, 16), address) << file << "\n" << output;
  }

  // Expects all parts, one after the other.
  static void ExpectInOrder(const std::string& output, const Lines& parts) {
    size_t at = 0;
    for (const std::string& part : parts) {
      at = output.find(part, at);
      ASSERT_NE(at, std::string::npos) << "missing, or out of order: " << part << "\n" << output;
      at += part.size();
    }
  }

  // The library calls libc, which calls the program, which calls a function of the library.
  static void ExpectSortBacktrace(const std::string& output) {
    ExpectInOrder(output, {"#0  ", "LibraryCompare (", " in ProgramCompare (", "\n#", "\n#",
                           " in LibrarySort (", " in Sort (", " in main ("});
  }

  std::filesystem::path program_;
  std::optional<InterpCopy> copy_;
};
SIGNET_EVERY_WAY(Gdb);

TEST_P(Gdb, BreakpointsByName) {
  const std::string output = Debug("sort", {"break ProgramCompare", "break LibrarySort", "run",
                                            "continue", "delete", "continue"});
  ExpectInOrder(output, {"Breakpoint 2, LibrarySort (", "Breakpoint 1, ProgramCompare (",
                         "sorted: 1 2 3", "exited normally"});
}

TEST_P(Gdb, SharedLibraries) {
  const std::string output =
      Debug("sort", {"break LibrarySort", "run", "info sharedlibrary", "print (void*)LibrarySort",
                     "print (void*)ProgramCompare"});
  ExpectListed(output, "libgdb-library\\.so", Told(output, "LibrarySort"));
  ExpectListed(output, "libc\\.so\\.6", Told(output, "qsort"));
  if (way() == Way::kCommand) {
    ExpectListed(output, "gdb-program", Told(output, "ProgramCompare"));
  }
  for (const char* name : {"LibrarySort", "ProgramCompare"}) {
    std::ostringstream address;
    address << "(void *) 0x" << std::hex << Told(output, name) << " <" << name << ">";
    EXPECT_NE(output.find(address.str()), std::string::npos) << address.str() << "\n" << output;
  }
}

TEST_P(Gdb, Backtrace) {
  ExpectSortBacktrace(Debug("sort", {"break LibraryCompare", "run", "backtrace"}));
}

TEST_P(Gdb, PendingBreakpointInAPlugin) {
  const std::string output = Debug("plugin", {"break PluginTwice", "run", "backtrace",
                                              "info sharedlibrary", "delete", "continue"});
  ExpectInOrder(output, {"Breakpoint 1, PluginTwice (value=21)", "#0  PluginTwice",
                         " in OpenPlugin (", " in main (", "twice 21 is 42", "exited normally"});
  ExpectListed(output, "libgdb-plugin\\.so", Told(output, "PluginTwice"));
}

TEST_P(Gdb, BacktraceThroughTheLoader) {
  ExpectInOrder(Debug("plugin", {"break PluginOpened", "run", "backtrace"}),
                {"#0  PluginOpened (", " in OpenPlugin (", " in main ("});
}

TEST_P(Gdb, Threads) {
  const std::string output =
      Debug("thread", {"break BothRun", "run", "info threads", "thread apply all backtrace"});
  ExpectInOrder(output,
                {"[Thread debugging using libthread_db enabled]", "[New Thread 0x", "Thread 2 ",
                 "hit Breakpoint 1, BothRun (", "\n  1    Thread 0x", "\n* 2    Thread 0x",
                 "\nThread 2 ", " in Work (", "\nThread 1 ", " in main ("});
}

class GdbWithThreadDb : public Gdb {
 protected:
  void SetUp() override {
    Gdb::SetUp();
    if (!std::filesystem::exists(SIGNET_TEST_GDB "/libthread_db.so.1")) {
      SIGNET_SKIP_WITHOUT(kPrograms, "there is no libthread_db");
    }
  }

  std::string Debug(const std::string& what, Lines commands) const {
    commands.insert(commands.begin(), "set libthread-db-search-path " SIGNET_TEST_GDB);
    return Gdb::Debug(what, commands);
  }
};
SIGNET_EVERY_WAY(GdbWithThreadDb);

TEST_P(GdbWithThreadDb, VariablesOfEachThread) {
  const std::string output =
      Debug("thread", {"break BothRun", "run", "print program_variable", "print library_variable",
                       "print library_variable = 7", "thread 1", "print program_variable",
                       "print library_variable", "print (int)errno", "print *&program_variable"});
  ExpectInOrder(output, {"$1 = 43\n", "$2 = 17\n", "$3 = 7\n", "$4 = 42\n", "$5 = 17\n", "$6 = 0\n",
                         "$7 = 42\n"});
}

TEST_P(GdbWithThreadDb, VariablesOfAPlugin) {
  const std::string output =
      Debug("plugin", {"break PluginTouched", "run", "print plugin_variable", "print (int)errno"});
  ExpectInOrder(output, {"$1 = 26\n", "$2 = 0\n"});
}

TEST_P(Gdb, AttachToARunningProcess) {
  Process process(CommandLine("wait"), BaseEnvironment());
  ASSERT_TRUE(process.WaitForOutput("waiting\n"));
  const std::string output =
      Ask({"backtrace", "info sharedlibrary"}, {"-p", std::to_string(process.pid())});
  process.Signal(SIGKILL);
  const std::string told = process.Finish().out;
  ExpectInOrder(output, {" in Wait (", " in main ("});
  ExpectListed(output, "libgdb-library\\.so", Told(told, "LibrarySort"));
  ExpectListed(output, "libc\\.so\\.6", Told(told, "qsort"));
}

TEST_P(Gdb, Core) {
  const TemporaryDirectory directory;
  const std::string core = directory / "core";
  const std::string live =
      Debug("sort", {"break LibraryCompare", "run", "generate-core-file " + core});
  const std::string output = Ask({"backtrace", "info sharedlibrary"}, {Executable(), core});
  ExpectSortBacktrace(output);
  ExpectListed(output, "libgdb-library\\.so", Told(live, "LibrarySort"));
  ExpectListed(output, "libc\\.so\\.6", Told(live, "qsort"));
}

// Why the kernel writes no core file into a process's working directory, or "".
std::string MissingCoreReason() {
  std::ifstream file("/proc/sys/kernel/core_pattern");
  std::string pattern;
  std::getline(file, pattern);
  if (pattern.find_first_of("/|%") != std::string::npos || pattern.empty()) {
    return "core_pattern is \"" + pattern + "\"";
  }
  rlimit limit = {};
  getrlimit(RLIMIT_CORE, &limit);
  return limit.rlim_max != RLIM_INFINITY ? "core files are limited" : "";
}

// The core file in `directory`, known by the beginning of its name, or "".
std::string CoreFileIn(const TemporaryDirectory& directory) {
  std::ifstream file("/proc/sys/kernel/core_pattern");
  std::string pattern;
  std::getline(file, pattern);
  for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
    if (entry.path().filename().string().starts_with(pattern)) return entry.path();
  }
  return "";
}

TEST_P(Gdb, CoreByTheKernel) {
  if (const std::string reason = MissingCoreReason(); !reason.empty())
    SIGNET_SKIP_WITHOUT(kCoreFiles, reason);
  const TemporaryDirectory directory;
  // The limit that the shell sets holds after its exec.
  Lines argv = {"/bin/sh", "-c", "ulimit -c unlimited && exec \"$@\"", "sh"};
  const Lines line = CommandLine("crash");
  argv.insert(argv.end(), line.begin(), line.end());
  const RunResult dead = RunProgram(argv, BaseEnvironment(), {.directory = directory.path()});
  ASSERT_EQ(dead.signal, SIGSEGV) << dead;
  const std::string core = CoreFileIn(directory);
  ASSERT_NE(core, "") << dead;
  const std::string output =
      Ask({"backtrace", "info sharedlibrary", "print program_crashes"}, {Executable(), core});
  ExpectInOrder(output, {"terminated with signal SIGSEGV", "#0  ", "PluginCrash (", "\n#",
                         " in ProgramCrash (", " in LibrarySort (", " in Crash (", " in main (",
                         "$1 = 17\n"});
  ExpectListed(output, "libgdb-library\\.so", Told(dead.out, "LibrarySort"));
  ExpectListed(output, "libgdb-plugin\\.so", Told(dead.out, "PluginCrash"));
  ExpectListed(output, "libc\\.so\\.6", Told(dead.out, "qsort"));
}

}  // namespace
}  // namespace signet::test

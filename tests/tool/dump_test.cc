// SPDX-License-Identifier: MIT
//
// Whole runs of `signet dump` on processes whose ledger the test controls. loader_dump_test.cc is
// about the ledger of the real loader.
#include <elf.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>

#include "tests/support/capability.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"
#include "tool/kernel_info.h"

namespace signet::test {
namespace {

using nlohmann::json;
using Strings = std::vector<std::string>;

constexpr const char* kFakeLoader = SIGNET_TEST_FAKE_LOADER;

Strings FakeEnvironment() {
  return WithVariables(BaseEnvironment(), {fmt::format("SIGNET_LOADER={}", kFakeLoader)});
}

RunResult Dump(const Strings& arguments) {
  Strings command = {Tool(), "dump"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return RunProgram(command, FakeEnvironment());
}

RunResult DumpStarted(const char* how) { return Dump({"--json", "--", "true", how}); }

// A fake loader that runs until this object is destroyed.
class Running {
 public:
  explicit Running(const char* how) : process_({kFakeLoader, how}, BaseEnvironment()) {
    EXPECT_TRUE(process_.WaitForOutput("ready"));
  }
  std::string pid() const { return std::to_string(process_.pid()); }

 private:
  Process process_;
};

json MappingsOf(const json& report, const char* module) {
  json mappings = json::array();
  for (const json& mapping : report["mappings"]) {
    if (mapping["module"] == module) mappings.push_back(mapping);
  }
  return mappings;
}

// "KIND SEALED: REASON" of each row of the fake module.
Strings RowsOf(const json& report) {
  Strings rows;
  for (const json& row : MappingsOf(report, "fake.so")) {
    rows.push_back(fmt::format("{} {}: {}", row["kind"].get<std::string>(),
                               row["sealed"].get<std::string>(), row["reason"].get<std::string>()));
  }
  return rows;
}

class DumpTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!tool::GetKernelInfo().has_mseal) SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  }
};

const Strings kTrueRows = {
    "text kernel: sealed as planned",
    "relro kernel: sealed as planned",
    "data no: kind data is not among those to seal",
    "gap no: mseal failed with ENOMEM (Cannot allocate memory)",
};

TEST_F(DumpTest, StartedProgram) {
  const RunResult result = DumpStarted("tells the truth");
  ASSERT_EQ(result.exit_status, 0) << result;
  const json report = json::parse(result.out);
  EXPECT_EQ(RowsOf(report), kTrueRows);
  EXPECT_EQ(report["kernel"]["mseal"], true);
  const json text = MappingsOf(report, "fake.so")[0];
  EXPECT_TRUE(std::regex_match(text["start"].get<std::string>(), std::regex("0x[0-9a-f]+")));
  EXPECT_EQ(text["path"], "/lib/libfake.so");
  EXPECT_EQ(text["perms"], "r--p");
  const json module = {{"module", "fake.so"}, {"path", "/lib/libfake.so"},
                       {"marked", nullptr},   {"bytes", 6 * 4096},
                       {"sealed", 4 * 4096},  {"sealed_by_kernel", 4 * 4096}};
  EXPECT_EQ(report["summary"]["modules"][0], module);
  EXPECT_EQ(report["summary"]["differences"], json::array());
}

// The program that was started has ended, and its output is not in the report.
TEST_F(DumpTest, StartedProgramIsEnded) {
  const RunResult result = DumpStarted("tells the truth");
  ASSERT_EQ(result.exit_status, 0) << result;
  EXPECT_EQ(result.err, "ready\n");
  const auto pid = json::parse(result.out)["pid"].get<pid_t>();
  EXPECT_FALSE(std::filesystem::exists(fmt::format("/proc/{}", pid)));
}

TEST_F(DumpTest, RunningProcess) {
  const Running running("tells the truth");
  const RunResult result = Dump({"--json", running.pid()});
  ASSERT_EQ(result.exit_status, 0) << result;
  EXPECT_EQ(result.err, "");
  const json report = json::parse(result.out);
  EXPECT_EQ(std::to_string(report["pid"].get<pid_t>()), running.pid());
  EXPECT_EQ(RowsOf(report), kTrueRows);
}

TEST_F(DumpTest, Text) {
  const Running running("tells the truth");
  const RunResult result = Dump({running.pid()});
  ASSERT_EQ(result.exit_status, 0) << result;
  EXPECT_TRUE(std::regex_search(
      result.out, std::regex("\n[0-9a-f]{12}-[0-9a-f]{12} r--p  text     kernel fake.so\n")))
      << result.out;
  EXPECT_NE(result.out.find("\nledger: strongest seal kernel; kinds to seal: text relro\n"),
            std::string::npos);
  EXPECT_EQ(result.out.find('\033'), std::string::npos) << "colours without a terminal";
}

TEST_F(DumpTest, ALedgerThatBoastsMakesADifference) {
  const RunResult result = DumpStarted("boasts");
  EXPECT_EQ(result.exit_status, 3) << result;
  const json report = json::parse(result.out);
  EXPECT_EQ(RowsOf(report)[2], "data no: not sealed by the kernel, but the ledger says it is");
  ASSERT_EQ(report["summary"]["differences"].size(), 1u);
  const json difference = report["summary"]["differences"][0];
  EXPECT_EQ(difference["start"], MappingsOf(report, "fake.so")[2]["start"]);
  EXPECT_EQ(difference["ledger"], "sealed by the kernel");
  EXPECT_EQ(difference["kernel"], "not sealed");
}

TEST_F(DumpTest, ALedgerThatHidesMakesADifference) {
  const Running running("hides");
  const RunResult result = Dump({running.pid()});
  EXPECT_EQ(result.exit_status, 3) << result;
  EXPECT_NE(result.out.find("ledger: not sealed, kernel: sealed  fake.so\n"), std::string::npos)
      << result;
}

TEST_F(DumpTest, ASealedRangeThatIsNotMappedMakesADifference) {
  const RunResult result = DumpStarted("unmaps");
  EXPECT_EQ(result.exit_status, 3) << result;
  EXPECT_EQ(json::parse(result.out)["summary"]["differences"][0]["kernel"], "not mapped");
}

TEST_F(DumpTest, BeforeThereIsALedger) {
  const Running running("unpublished");
  const RunResult result = Dump({running.pid()});
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_NE(result.out.find("\nno ledger: Signet has not finished linking the process\n"),
            std::string::npos)
      << result;
  // Its module is known from its headers.
  EXPECT_TRUE(std::regex_search(result.out, std::regex("r-xp  text     no     fake-loader\n")))
      << result;
}

struct Hostile {
  const char* how;
  const char* message;  // a regular expression
};
void PrintTo(const Hostile& hostile, std::ostream* out) { *out << hostile.how; }

class DumpHostile : public testing::TestWithParam<Hostile> {};

TEST_P(DumpHostile, OneErrorAndNoReport) {
  const Running running(GetParam().how);
  const RunResult result = Dump({"--json", running.pid()});
  EXPECT_EQ(result.exit_status, 1) << result;
  EXPECT_EQ(result.out, "");
  EXPECT_TRUE(std::regex_match(result.err, std::regex(GetParam().message))) << result;
}

INSTANTIATE_TEST_SUITE_P(
    Ledger, DumpHostile,
    testing::Values(
        Hostile{"bad-magic", "signet: ledger: bad magic\n"},
        Hostile{"huge",
                "signet: ledger: size is 0xffffffffffffffff, with a header of 0x50 and a limit of "
                "0x4000000\n"},
        Hostile{"large", "signet: cannot read the ledger of 0x2000000 bytes at 0x[0-9a-f]+\n"},
        Hostile{"wild", "signet: cannot read the ledger's header at 0xdead0000dead\n"}));

TEST(DumpProgram, ThatFailsToStartIsForwarded) {
  const RunResult result = DumpStarted("fails");
  EXPECT_EQ(result.exit_status, 127);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "fake: it failed\n");
}

TEST(DumpProgram, ThatCrashesIsReported) {
  const RunResult result = DumpStarted("crashes");
  EXPECT_EQ(result.exit_status, 128 + SIGSEGV);
  EXPECT_EQ(result.err, "signet: true: ended by SIGSEGV before it was linked\n");
}

TEST(DumpProgram, ThatEndsAtOnceIsReported) {
  const RunResult result = DumpStarted("succeeds");
  EXPECT_EQ(result.exit_status, 1);
  EXPECT_EQ(result.err, "signet: true: ended without stopping for the report\n");
}

TEST(DumpProgram, NotFound) {
  const RunResult result = Dump({"--", "no-such-program"});
  EXPECT_EQ(result.exit_status, 127);
  EXPECT_EQ(result.err, "signet: no-such-program: command not found\n");
}

// The program inherits no descriptor that the tool happens to have.
TEST(DumpProgram, InheritsNoDescriptors) {
  const TemporaryDirectory directory;
  const std::string loader = directory / "loader";
  std::ofstream(loader) << "#!/bin/sh\nls -l /proc/self/fd >&2\nexit 9\n";
  std::filesystem::permissions(loader, std::filesystem::perms(0755));
  const std::string script =
      fmt::format("exec 7</dev/null 8</etc; exec '{}' dump -- true", Tool().string());
  const RunResult result = RunProgram(
      {"/bin/sh", "-c", script}, WithVariables(BaseEnvironment(), {"SIGNET_LOADER=" + loader}));
  EXPECT_EQ(result.exit_status, 9) << result;
  EXPECT_EQ(result.err.find(" 7 ->"), std::string::npos) << result;
  EXPECT_EQ(result.err.find(" 8 ->"), std::string::npos) << result;
}

TEST(DumpProcess, ThatDoesNotRunUnderSignet) {
  Process process({"/bin/sleep", "60"}, BaseEnvironment());
  // Before execve the child is still this program.
  const auto executable = fmt::format("/proc/{}/exe", process.pid());
  std::error_code ignored;
  while (std::filesystem::read_symlink(executable, ignored).filename() != "sleep") usleep(1000);
  usleep(100'000);
  const RunResult result = Dump({"--json", std::to_string(process.pid())});
  ASSERT_EQ(result.exit_status, 0) << result;
  const json report = json::parse(result.out);
  EXPECT_EQ(report["summary"]["ledger"], nullptr);
  std::vector<std::string> kinds;
  for (const json& row : MappingsOf(report, "libc.so.6")) {
    kinds.push_back(row["kind"]);
    EXPECT_EQ(row["reason"], "the process does not run under Signet");
  }
  kinds.resize(5);
  EXPECT_EQ(kinds, (Strings{"rodata", "text", "rodata", "relro", "data"}));
}

TEST(DumpProcess, WhoseFileIsDeleted) {
  const TemporaryDirectory directory;
  const std::string program = directory / "deleted-program";
  std::filesystem::copy_file(kFakeLoader, program);
  Process process({program, "unpublished"}, BaseEnvironment());
  ASSERT_TRUE(process.WaitForOutput("ready"));
  std::filesystem::remove(program);
  const RunResult result = Dump({"--json", std::to_string(process.pid())});
  ASSERT_EQ(result.exit_status, 0) << result;
  const json rows = MappingsOf(json::parse(result.out), "deleted-program (deleted)");
  ASSERT_GE(rows.size(), 2u) << result;
  EXPECT_EQ(rows[1]["kind"], "text");
  EXPECT_EQ(rows[1]["path"], program + " (deleted)");
}

TEST(DumpProcess, Missing) {
  const RunResult result = Dump({"2147483647"});
  EXPECT_EQ(result.exit_status, 1);
  EXPECT_EQ(result.err, "signet: no process 2147483647\n");
}

TEST(DumpProcess, WithoutPermission) {
  if (geteuid() != 0) SIGNET_SKIP_WITHOUT(kRoot, "only root can become another user");
  std::vector<std::string> command = AsNobody();
  command.insert(command.end(), {Tool(), "dump", std::to_string(getpid())});
  const RunResult result = RunProgram(command);
  EXPECT_EQ(result.exit_status, 1) << result;
  EXPECT_EQ(
      result.err,
      fmt::format("signet: no permission to read process {}: it belongs to user 0\n", getpid()));
}

// The kernel keeps others out of a process that has changed its user, as it does for a set-user-ID
// program.
TEST(DumpProcess, OfThisUserThatMayNotBeTraced) {
  if (geteuid() != 0) SIGNET_SKIP_WITHOUT(kRoot, "only root can become another user");
  constexpr uid_t kNobody = 65534;
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t process = fork();
  if (process == 0) {
    _exit(setgid(kNobody) == 0 && setuid(kNobody) == 0 && write(ready[1], "", 1) == 1 ? pause()
                                                                                      : 1);
  }
  char byte = 0;
  EXPECT_EQ(read(ready[0], &byte, 1), 1);
  Strings command = AsNobody();
  command.insert(command.end(), {Tool(), "dump", std::to_string(process)});
  const RunResult result = RunProgram(command);
  kill(process, SIGKILL);
  waitpid(process, nullptr, 0);
  close(ready[0]);
  close(ready[1]);
  EXPECT_EQ(result.exit_status, 1) << result;
  EXPECT_EQ(result.err,
            fmt::format("signet: no permission to read process {}: it may not be traced "
                        "(ptrace_scope, or more rights than its caller's)\n",
                        process));
}

TEST(DumpProcess, ThatHasEnded) {
  const pid_t zombie = fork();
  if (zombie == 0) _exit(0);
  siginfo_t info;
  waitid(P_PID, static_cast<id_t>(zombie), &info, WEXITED | WNOWAIT);
  const RunResult result = Dump({std::to_string(zombie)});
  EXPECT_EQ(result.exit_status, 1) << result;
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(
      result.err,
      fmt::format("signet: process {} has ended (a zombie: its parent has not waited for it)\n",
                  zombie));
  waitid(P_PID, static_cast<id_t>(zombie), &info, WEXITED);
}

TEST(DumpProcess, ThatIsAThreadOfTheKernel) {
  std::string name;
  std::ifstream("/proc/2/comm") >> name;
  if (name != "kthreadd") GTEST_SKIP() << "no thread of the kernel is visible here";
  const std::string message = "signet: process 2 is a thread of the kernel: it has no program\n";
  EXPECT_EQ(Dump({"2"}), (RunResult{.exit_status = 1, .err = message}));
  if (geteuid() != 0) return;
  Strings command = AsNobody();
  command.insert(command.end(), {Tool(), "dump", "2"});
  EXPECT_EQ(RunProgram(command), (RunResult{.exit_status = 1, .err = message}));
}

// A whole program of 32 bits: it waits for signals.
std::string Program32() {
  constexpr unsigned char kCode[] = {0xb8, 29, 0, 0, 0, 0xcd, 0x80, 0xeb, 0xf7};
  constexpr Elf32_Addr kBase = 0x8048000;
  constexpr Elf32_Off kCodeOffset = sizeof(Elf32_Ehdr) + sizeof(Elf32_Phdr);
  Elf32_Ehdr header = {};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS32;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_EXEC;
  header.e_machine = EM_386;
  header.e_version = EV_CURRENT;
  header.e_entry = kBase + kCodeOffset;
  header.e_phoff = sizeof header;
  header.e_ehsize = sizeof header;
  header.e_phentsize = sizeof(Elf32_Phdr);
  header.e_phnum = 1;
  const Elf32_Phdr segment = {.p_type = PT_LOAD,
                              .p_offset = 0,
                              .p_vaddr = kBase,
                              .p_paddr = kBase,
                              .p_filesz = kCodeOffset + sizeof kCode,
                              .p_memsz = kCodeOffset + sizeof kCode,
                              .p_flags = PF_R | PF_X,
                              .p_align = 0x1000};
  std::string file(reinterpret_cast<const char*>(&header), sizeof header);
  file.append(reinterpret_cast<const char*>(&segment), sizeof segment);
  file.append(reinterpret_cast<const char*>(kCode), sizeof kCode);
  return file;
}

TEST(DumpProcess, Of32Bits) {
  const TemporaryDirectory directory;
  const std::string program = directory / "program-of-32";
  std::ofstream(program) << Program32();
  std::filesystem::permissions(program, std::filesystem::perms(0755));
  Process process({program}, BaseEnvironment());
  const auto executable = fmt::format("/proc/{}/exe", process.pid());
  std::error_code error;
  while (!error && std::filesystem::read_symlink(executable, error) != program) {
    usleep(1000);
    siginfo_t info = {};
    waitid(P_PID, static_cast<id_t>(process.pid()), &info, WEXITED | WNOHANG | WNOWAIT);
    if (info.si_pid != 0) GTEST_SKIP() << "this kernel runs no 32-bit programs";
  }
  const RunResult result = Dump({std::to_string(process.pid())});
  EXPECT_EQ(result.exit_status, 1) << result;
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err,
            fmt::format("signet: process {} is a 32-bit program, which Signet cannot show\n",
                        process.pid()));
}

TEST(Dump, AReportThatCannotBeWrittenIsAnError) {
  const std::string script = fmt::format("exec '{}' dump {} >/dev/full", Tool().string(), getpid());
  const RunResult result = RunProgram({"/bin/sh", "-c", script});
  EXPECT_EQ(result.exit_status, 1) << result;
  EXPECT_EQ(result.err, "signet: cannot write the report\n");
}

TEST(Dump, UsageErrorsExitWithTwo) {
  const RunResult result = Dump({"--frob"});
  EXPECT_EQ(result.exit_status, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "signet: unexpected argument: --frob\nTry 'signet dump --help'.\n");
}

// script(1) gives the tool a terminal.
TEST_F(DumpTest, ColoursOnATerminalOnly) {
  if (const std::string reason = MissingProgramReason("script"); !reason.empty()) {
    SIGNET_SKIP_WITHOUT(kPrograms, reason);
  }
  const Running running("tells the truth");
  const std::string command = fmt::format("'{}' dump {}", Tool().string(), running.pid());
  const auto dump = [&command](const Strings& variables) {
    return RunProgram({"/usr/bin/script", "-qec", command, "/dev/null"},
                      WithVariables(BaseEnvironment(), variables))
        .out;
  };
  EXPECT_NE(dump({"TERM=xterm", "NO_COLOR="}).find("\033[32mkernel"), std::string::npos);
  EXPECT_EQ(dump({"TERM=xterm", "NO_COLOR=1"}).find('\033'), std::string::npos);
  EXPECT_EQ(dump({"TERM=dumb", "NO_COLOR="}).find('\033'), std::string::npos);
}

}  // namespace
}  // namespace signet::test

// SPDX-License-Identifier: MIT
//
// Programs without a dynamic linker, which the command can also start, and a program for another C
// library than the system's.
#include "tests/fail/elf_file.h"
#include "tests/support/load_test.h"
#include "tests/support/temporary_directory.h"

namespace signet::test {
namespace {

class Static : public LoadTest {};
INSTANTIATE_TEST_SUITE_P(, Static, testing::Values(Way::kSystem, Way::kCommand), WayName);

class Musl : public LoadTest {};
SIGNET_EVERY_WAY(Musl);

const std::vector<std::string> kArguments = {"one", "two"};
const StartOptions kOptions = {.environment = {"STATIC_TEST=value"}};

const Expected kFreestanding = {.out = "stack aligned: yes\nargc: 3\nlast argument: two\n",
                                .exit_status = 9};
const Expected kHosted = {.out =
                              "constructor\n"
                              "main: 3 two\n"
                              "environment: value\n"
                              "relocated: 42\n"
                              "copied by an indirect function\n"
                              "AT_ENTRY: right\n"
                              "thread: argument 43 42\n"
                              "atexit\n"
                              "destructor\n",
                          .exit_status = 9};

TEST_P(Static, Freestanding) { ExpectRun("static-freestanding", kFreestanding, kArguments); }
TEST_P(Static, FreestandingPie) { ExpectRun("static-freestanding-pie", kFreestanding, kArguments); }
TEST_P(Static, GlibcBfd) { ExpectRun("static-glibc-bfd", kHosted, kArguments, kOptions); }
TEST_P(Static, GlibcLld) { ExpectRun("static-glibc-lld", kHosted, kArguments, kOptions); }
TEST_P(Static, GlibcPieBfd) { ExpectRun("static-glibc-pie-bfd", kHosted, kArguments, kOptions); }
TEST_P(Static, GlibcPieLld) { ExpectRun("static-glibc-pie-lld", kHosted, kArguments, kOptions); }
TEST_P(Static, Musl) { ExpectRun("static-musl", kHosted, kArguments, kOptions); }

// Older linkers set no mark. What tells is that it asks for nobody else.
TEST_P(Static, PieWithoutMark) {
  const TemporaryDirectory directory;
  ElfFile file(Module("static-freestanding-pie"));
  file.tag(DT_FLAGS_1) &= ~uint64_t{DF_1_PIE};
  file.Write(directory / "program");
  const RunResult result = Start(way(), directory / "program", kArguments);
  EXPECT_EQ(result.out, kFreestanding.out);
  EXPECT_EQ(result.exit_status, kFreestanding.exit_status) << result;
}

// Dynamic linkers are of this kind, too.
TEST_P(Static, DynamicLinkers) {
  for (const auto& linker : {SystemLoader(), Loader()}) {
    const RunResult result = Start(way(), linker, {Module("hello-libc"), "one"});
    EXPECT_EQ(result.out, "hello from libc\narguments: 1\n") << linker << ": " << result;
  }
}

TEST_P(Static, Go) {
  ExpectRun("static-go",
            {.out = "main: 3 two\n"
                    "environment: value\n"
                    "[0 1 4 9 16 25 36 49]\n"
                    "recovered: runtime error: invalid memory address or nil pointer dereference\n",
             .exit_status = 9},
            kArguments, kOptions);
}

// The loader watches the first system calls of a static program. The program must not notice.
TEST_P(Static, FirstCalls) {
  const std::string program = Module("static-first");
  for (const auto& [what, out] : std::vector<std::pair<std::string, std::string>>{
           {"nothing", ""},
           {"handle", "handler: 0\nown handler: yes\n"},
           {"registers", "registers kept: yes\nanswer: yes\n"},
           {"repeat", "same answers: 1000\n"},
           {"fork", "waited: yes\nstatus: 5\n"},
           {"fail", "answer: -22\n"}}) {
    SCOPED_TRACE(what);
    ExpectRun("static-first", {.out = out + "done\n", .exit_status = 9}, {what});
  }
  ExpectRun("static-first", {.out = "registers kept: yes\nanswer: yes\ndone\n", .exit_status = 9},
            {"execute", program});
}

// SIGSYS does to the program what it does without Signet: it ends the program, or is ignored.
TEST_P(Static, FirstSignal) {
  const RunResult killed = Start(way(), Module("static-first"), {"raise"});
  EXPECT_EQ(killed.signal, SIGSYS) << killed;
  EXPECT_EQ(killed.out, "");
  for (const char* treatment : {"--ignore-signal=SYS", "--block-signal=SYS"}) {
    SCOPED_TRACE(treatment);
    ExpectRun("static-first", {.out = "done\n", .exit_status = 9}, {"raise"},
              {.wrapper = {"/usr/bin/env", treatment}});
  }
  ExpectRun("static-first", {.out = "handler: 1\nown handler: yes\ndone\n", .exit_status = 9},
            {"handle"}, {.wrapper = {"/usr/bin/env", "--ignore-signal=SYS"}});
}

TEST_P(Musl, ProgramWithLibraryAndThread) {
  ExpectRun("musl-program",
            {.out = "library's constructor\n"
                    "program's constructor\n"
                    "main: 3 two\n"
                    "thread: argument 43 44\n"
                    "main: 1 45\n"
                    "program's destructor\n"
                    "library's destructor\n",
             .exit_status = 9},
            kArguments);
}

}  // namespace
}  // namespace signet::test

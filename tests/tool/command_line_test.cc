// SPDX-License-Identifier: MIT
#include "tool/cli/command_line.h"

#include <gtest/gtest.h>

namespace signet::tool {
namespace {

using Strings = std::vector<std::string>;

template <typename Wanted>
Wanted Parse(const Strings& arguments) {
  const auto request = ParseCommandLine(arguments);
  if (!request.ok()) {
    ADD_FAILURE() << request.error().message;
    return {};
  }
  if (!std::holds_alternative<Wanted>(*request)) {
    ADD_FAILURE() << "another request: " << request->index();
    return {};
  }
  return std::get<Wanted>(*request);
}

TEST(CommandLine, RunProgram) {
  const auto run = Parse<RunRequest>({"run", "ls"});
  EXPECT_EQ(run.program, Strings{"ls"});
  EXPECT_TRUE(run.loader_options.empty());
}

TEST(CommandLine, WhatFollowsTheProgramIsTheProgramsOwn) {
  EXPECT_EQ(Parse<RunRequest>({"run", "git", "--stats", "-h", "--", "--help", ""}).program,
            (Strings{"git", "--stats", "-h", "--", "--help", ""}));
  EXPECT_EQ(Parse<RunRequest>({"run", "--stats", "ls", "--seal"}).program,
            (Strings{"ls", "--seal"}));
}

TEST(CommandLine, AProgramMayBeCalledAsASubcommandIs) {
  EXPECT_EQ(Parse<RunRequest>({"run", "dump", "run"}).program, (Strings{"dump", "run"}));
  EXPECT_EQ(Parse<VerifyRequest>({"verify", "--", "run"}).program, Strings{"run"});
}

TEST(CommandLine, DashesEndTheOptions) {
  EXPECT_EQ(Parse<RunRequest>({"run", "--", "-x", "--", "y"}).program, (Strings{"-x", "--", "y"}));
  EXPECT_EQ(Parse<RunRequest>({"run", "--stats", "--", "--stats"}).program, Strings{"--stats"});
}

TEST(CommandLine, EveryLoaderOptionIsPassedOn) {
  const auto run = Parse<RunRequest>({"run", "--list", "--library-path", "/a:/b", "--preload=l.so",
                                      "--argv0", "--", "--inhibit-cache", "--seal=-text,+data",
                                      "--require", "kernel", "--stats", "--trace=files", "prog"});
  EXPECT_EQ(run.loader_options,
            (Strings{"--library-path", "/a:/b", "--preload", "l.so", "--argv0", "--",
                     "--inhibit-cache", "--seal", "-text,+data", "--require", "kernel", "--stats",
                     "--trace", "files", "--list"}));
  EXPECT_EQ(run.program, Strings{"prog"});
}

TEST(CommandLine, ValuesAreKeptAsTheyAre) {
  EXPECT_EQ(Parse<RunRequest>({"run", "--seal=", "prog"}).loader_options, (Strings{"--seal", ""}));
  EXPECT_EQ(Parse<RunRequest>({"run", "--argv0", "[a,b]", "prog"}).loader_options,
            (Strings{"--argv0", "[a,b]"}));
  EXPECT_EQ(Parse<RunRequest>({"run", "--argv0=a=b", "prog"}).loader_options,
            (Strings{"--argv0", "a=b"}));
  EXPECT_EQ(
      Parse<RunRequest>({"run", "--preload=a", "--preload", "--stats", "prog"}).loader_options,
      (Strings{"--preload", "a", "--preload", "--stats"}));
}

TEST(CommandLine, DumpProcess) {
  const auto dump = Parse<DumpRequest>({"dump", "123"});
  EXPECT_EQ(dump.pid, 123);
  EXPECT_FALSE(dump.json);
  EXPECT_TRUE(Parse<DumpRequest>({"dump", "--json", "123"}).json);
  EXPECT_TRUE(Parse<DumpRequest>({"dump", "123", "--json"}).json);
}

TEST(CommandLine, DumpProgram) {
  const auto dump =
      Parse<DumpRequest>({"dump", "--json", "--seal", "+data", "--", "ls", "--json", "--"});
  EXPECT_FALSE(dump.pid);
  EXPECT_TRUE(dump.json);
  EXPECT_EQ(dump.loader_options, (Strings{"--seal", "+data"}));
  EXPECT_EQ(dump.program, (Strings{"ls", "--json", "--"}));
}

TEST(CommandLine, Verify) {
  const auto verify =
      Parse<VerifyRequest>({"verify", "--json", "--seal=+data", "git", "--json", "-x"});
  EXPECT_TRUE(verify.json);
  EXPECT_EQ(verify.loader_options, (Strings{"--seal", "+data"}));
  EXPECT_EQ(verify.program, (Strings{"git", "--json", "-x"}));
  EXPECT_EQ(Parse<VerifyRequest>({"verify", "--", "-x"}).program, Strings{"-x"});
}

TEST(CommandLine, VerifyAfterARun) {
  EXPECT_FALSE(Parse<VerifyRequest>({"verify", "ls"}).time.is_after_a_run());
  for (const Strings& arguments : {Strings{"verify", "--after=5", "ls", "-l"},
                                   Strings{"verify", "--after", "5", "ls", "-l"}}) {
    const auto verify = Parse<VerifyRequest>(arguments);
    EXPECT_EQ(verify.time.kind, AttackTime::Kind::kAfterSeconds);
    EXPECT_EQ(verify.time.seconds, std::chrono::seconds(5));
    EXPECT_EQ(verify.program, (Strings{"ls", "-l"}));
  }
  EXPECT_EQ(Parse<VerifyRequest>({"verify", "--after=0", "ls"}).time.kind,
            AttackTime::Kind::kAfterSeconds);
  EXPECT_EQ(Parse<VerifyRequest>({"verify", "--after=86400", "ls"}).time.seconds, kMaxRunTime);
  EXPECT_EQ(Parse<VerifyRequest>({"verify", "--after=stop", "ls"}).time.kind,
            AttackTime::Kind::kAtItsStop);
}

TEST(CommandLine, Doctor) {
  EXPECT_FALSE(Parse<DoctorRequest>({"doctor"}).json);
  EXPECT_TRUE(Parse<DoctorRequest>({"doctor", "--json"}).json);
}

TEST(CommandLine, Version) {
  EXPECT_EQ(Parse<TextRequest>({"--version"}).text, "signet " SIGNET_VERSION "\n");
}

TEST(CommandLine, Help) {
  EXPECT_NE(Parse<TextRequest>({"--help"}).text.find("Usage: signet "), std::string::npos);
  EXPECT_NE(Parse<TextRequest>({"run", "--help"}).text.find("Usage: signet run "),
            std::string::npos);
  EXPECT_NE(Parse<TextRequest>({"dump", "-h"}).text.find("Usage: signet dump "), std::string::npos);
  EXPECT_NE(Parse<TextRequest>({"verify", "-h"}).text.find("Usage: signet verify "),
            std::string::npos);
  EXPECT_NE(Parse<TextRequest>({"doctor", "-h"}).text.find("Usage: signet doctor "),
            std::string::npos);
}

struct BadUsage {
  Strings arguments;
  const char* message;
};

class CommandLineFails : public testing::TestWithParam<BadUsage> {};

TEST_P(CommandLineFails, WithItsMessage) {
  const auto request = ParseCommandLine(GetParam().arguments);
  ASSERT_FALSE(request.ok());
  EXPECT_EQ(request.error().message + "\n" + request.error().hint, GetParam().message);
  EXPECT_EQ(request.error().exit_status, 2);
}

INSTANTIATE_TEST_SUITE_P(
    Usage, CommandLineFails,
    testing::Values(
        BadUsage{{}, "no subcommand given\nTry 'signet --help'."},
        BadUsage{{"frob"}, "unexpected argument: frob\nTry 'signet --help'."},
        BadUsage{{"--frob"}, "unexpected argument: --frob\nTry 'signet --help'."},
        BadUsage{{"run"}, "no program given\nTry 'signet run --help'."},
        BadUsage{{"run", "--"}, "no program given\nTry 'signet run --help'."},
        BadUsage{{"run", "--frob", "ls"}, "unexpected argument: --frob\nTry 'signet run --help'."},
        BadUsage{{"run", "-x", "ls"}, "unexpected argument: -x\nTry 'signet run --help'."},
        BadUsage{{"run", "--stop", "ls"}, "unexpected argument: --stop\nTry 'signet run --help'."},
        BadUsage{{"run", "--seal"}, "--seal: 1 required KINDS missing\nTry 'signet run --help'."},
        BadUsage{{"dump"}, "no process and no program given\nTry 'signet dump --help'."},
        BadUsage{{"dump", "--"}, "no process and no program given\nTry 'signet dump --help'."},
        BadUsage{{"dump", "1", "--", "ls"},
                 "both a process and a program given\nTry 'signet dump --help'."},
        BadUsage{{"dump", "1", "2"}, "unexpected argument: 2\nTry 'signet dump --help'."},
        BadUsage{{"dump", "--stats", "1"},
                 "--stats goes with a program, not with a process\nTry 'signet dump --help'."},
        BadUsage{{"dump", "--list", "--", "ls"},
                 "unexpected argument: --list\nTry 'signet dump --help'."},
        BadUsage{{"dump", "ls"},
                 "ls: not a process id; a program is started by: signet dump -- ls\n"
                 "Try 'signet dump --help'."},
        BadUsage{{"verify"}, "no program given\nTry 'signet verify --help'."},
        BadUsage{{"verify", "--list", "ls"},
                 "unexpected argument: --list\nTry 'signet verify --help'."},
        BadUsage{{"verify", "--after=x", "ls"},
                 "--after x: neither a number of seconds up to 86400 nor 'stop'\n"
                 "Try 'signet verify --help'."},
        BadUsage{{"verify", "--after=", "ls"},
                 "--after : neither a number of seconds up to 86400 nor 'stop'\n"
                 "Try 'signet verify --help'."},
        BadUsage{{"verify", "--after=86401", "ls"},
                 "--after 86401: neither a number of seconds up to 86400 nor 'stop'\n"
                 "Try 'signet verify --help'."},
        BadUsage{{"verify", "--after=-1", "ls"},
                 "--after -1: neither a number of seconds up to 86400 nor 'stop'\n"
                 "Try 'signet verify --help'."},
        BadUsage{{"verify", "--after"},
                 "--after: 1 required SECONDS missing\nTry 'signet verify --help'."},
        BadUsage{{"dump", "--after=1", "--", "ls"},
                 "unexpected argument: --after=1\nTry 'signet dump --help'."},
        BadUsage{{"doctor", "--", "ls"}, "it takes no program\nTry 'signet doctor --help'."},
        BadUsage{{"doctor", "ls"}, "unexpected argument: ls\nTry 'signet doctor --help'."},
        BadUsage{{"dump", "0"},
                 "0: not a process id; a program is started by: signet dump -- 0\n"
                 "Try 'signet dump --help'."},
        BadUsage{{"dump", "99999999999"},
                 "99999999999: not a process id; a program is started by: signet dump -- "
                 "99999999999\nTry 'signet dump --help'."}));

}  // namespace
}  // namespace signet::tool

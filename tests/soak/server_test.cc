// SPDX-License-Identifier: MIT
//
// Servers and other large programs, run by the scripts in testdata/soak. Each prints under Signet
// what it prints under the system's dynamic linker. Everything happens on loopback or in a new
// directory.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/soak/tools.h"
#include "tests/support/capability.h"
#include "tests/support/compatibility.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;

struct Scenario {
  std::string name;                        // the script's
  std::vector<std::string> packages;       // the version of the first is in the table
  std::vector<std::string> programs;       // that are started the way under test
  std::vector<std::string> in_place = {};  // see Tools::AddInPlace
  std::string library_directory = {};      // the programs find it as ../lib
  std::string exercised;
  bool refuses_root = false;
};

void PrintTo(const Scenario& scenario, std::ostream* stream) { *stream << scenario.name; }

const std::vector<Scenario>& Scenarios() {
  static const std::string postgresql = "/usr/lib/postgresql/15/bin/";
  static const std::vector<Scenario> scenarios = {
      {.name = "apache",
       .packages = {"apache2-bin", "apache2-utils", "curl", "openssl"},
       .programs = {"/usr/sbin/apache2", "/usr/bin/ab"},
       .exercised = "28 modules, TLS, CGI, restart, 10,000 requests"},
      {.name = "java",
       .packages = {"openjdk-17-jre-headless", "openjdk-17-jdk-headless"},
       .programs = {},
       .in_place = {"/usr/lib/jvm/java-17-openjdk-amd64/bin/java"},
       .exercised = "threads, exceptions, native libraries, three collectors"},
      {.name = "nginx",
       .packages = {"nginx", "libnginx-mod-http-echo", "apache2-utils", "curl"},
       .programs = {"/usr/sbin/nginx", "/usr/bin/ab"},
       .exercised = "a dynamic module, reload, 20,000 requests"},
      {.name = "postgresql",
       .packages = {"postgresql-15"},
       .programs = {postgresql + "initdb", postgresql + "postgres", postgresql + "pg_ctl",
                    postgresql + "pgbench", postgresql + "psql"},
       .library_directory = "/usr/lib/postgresql/15/lib",
       .exercised = "initdb, start, pgbench, loaded modules, stop",
       .refuses_root = true},
      {.name = "redis",
       .packages = {"redis-server", "redis-tools"},
       .programs = {"/usr/bin/redis-server", "/usr/bin/redis-cli", "/usr/bin/redis-benchmark"},
       .exercised = "redis-benchmark, scripts, snapshots"},
  };
  return scenarios;
}

// A port of loopback that is free now.
int FreePort() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int socket_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  socklen_t size = sizeof address;
  EXPECT_EQ(bind(socket_fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(getsockname(socket_fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  close(socket_fd);
  return ntohs(address.sin_port);
}

RunResult RunScript(const Scenario& scenario, Way way) {
  const TemporaryDirectory root;
  const fs::path bin = root / "bin";
  const fs::path work = root / "work";
  fs::create_directory(bin);
  fs::create_directory(work);
  if (!scenario.library_directory.empty()) {
    fs::create_directory_symlink(scenario.library_directory, root / "lib");
  }
  Tools tools(way, bin);
  for (const std::string& program : scenario.programs) {
    tools.Add(program, fs::path(program).filename());
  }
  for (const std::string& program : scenario.in_place) tools.AddInPlace(program);

  RunOptions options = {.timeout = std::chrono::seconds(120), .directory = work};
  if (scenario.refuses_root && geteuid() == 0) {
    constexpr uid_t kNobody = 65534;
    if (chown(work.c_str(), kNobody, kNobody) != 0) ADD_FAILURE() << "cannot give away " << work;
    options.user = kNobody;
  }
  const std::vector<std::string> environment = WithVariables(
      BaseEnvironment(),
      {"PATH=" + bin.string() + ":/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + work.string(),
       "TMPDIR=" + work.string(), std::string("DATA=") + SIGNET_TEST_SOAK_DATA,
       "PORT=" + std::to_string(FreePort()), "PORT2=" + std::to_string(FreePort())});
  return RunProgram({"/bin/sh", std::string(SIGNET_TEST_SOAK_DATA "/") + scenario.name + ".sh"},
                    environment, options);
}

class Servers : public testing::TestWithParam<Scenario> {
 protected:
  void SetUp() override {
    for (const std::string& package : GetParam().packages) {
      if (PackageVersion(package).empty()) {
        SIGNET_SKIP_WITHOUT(kPrograms, "the package " << package << " is not installed");
      }
    }
  }

  void ExpectSame(Way way) {
    const RunResult wanted = RunScript(GetParam(), Way::kSystem);
    EXPECT_EQ(wanted.exit_status, 0) << wanted;
    const RunResult result = RunScript(GetParam(), way);
    const bool same = result.out == wanted.out && result.exit_status == wanted.exit_status &&
                      result.signal == wanted.signal;
    EXPECT_EQ(result.out, wanted.out) << result.err;
    EXPECT_EQ(result.exit_status, wanted.exit_status) << result.err;
    EXPECT_EQ(result.signal, wanted.signal) << result.err;
    const std::string package = GetParam().packages[0];
    RecordCompatibility({GetParam().name, PackageVersion(package), GetParam().exercised}, "server",
                        way, same);
  }
};
INSTANTIATE_TEST_SUITE_P(, Servers, testing::ValuesIn(Scenarios()),
                         [](const testing::TestParamInfo<Scenario>& scenario) {
                           return scenario.param.name;
                         });

TEST_P(Servers, AsACommand) { ExpectSame(Way::kCommand); }

TEST_P(Servers, AsAnInterpreter) { ExpectSame(Way::kInterp); }

}  // namespace
}  // namespace signet::test

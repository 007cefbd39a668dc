// SPDX-License-Identifier: MIT
//
// The modules that real programs load while they run are sealed too: the kernel says so.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/real/real_programs.h"
#include "tests/real/session.h"
#include "tests/seal/inspection.h"
#include "tests/support/capability.h"
#include "tests/support/process.h"
#include "tests/support/stopped.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

// The only step loads modules and stops itself.
struct SealedCase {
  RealCase real;
  std::vector<std::string> modules;  // how the names of their files begin
};

void PrintTo(const SealedCase& given, std::ostream* stream) { *stream << given.real.name; }

std::vector<SealedCase> MakeCases() {
  return {
      {{.name = "python_extensions",
        .setup = "",
        .steps = {{"python3", "-c",
                   "import _ctypes, _decimal, _hashlib, _queue, _lzma, _ssl, _sqlite3, _curses, "
                   "os, signal; os.kill(os.getpid(), signal.SIGSTOP)"}}},
       {"_ctypes.", "_decimal.", "_hashlib.", "_queue.", "_lzma.", "_ssl.", "_sqlite3.", "_curses.",
        "libffi.so", "libssl.so", "libsqlite3.so", "libncursesw.so"}},
      {{.name = "perl_xs",
        .setup = "",
        .steps = {{"perl", "-e",
                   "use List::Util; use Storable; use Encode; use POSIX; use Socket; "
                   "use Digest::SHA; use Compress::Zlib; kill STOP => $$"}}},
       {"Util.so", "Storable.so", "Encode.so", "POSIX.so", "Socket.so", "SHA.so", "Zlib.so"}},
      {{.name = "perl_dbi",
        .setup = "",
        .steps = {{"perl", "-e",
                   "use DBI; DBI->connect('dbi:SQLite:dbname=:memory:') or die; kill STOP => $$"}},
        .needs = {"libdbi-perl", "libdbd-sqlite3-perl"}},
       {"DBI.so", "SQLite.so"}},
      // A just-in-time compiler would make executable memory that is in no module.
      {{.name = "node_addon",
        .setup = "g++ -shared -fPIC -O1 -o addon.node {data}/addon.cc",
        .steps = {{"node", "--jitless", "-e",
                   "require('{dir}/addon.node').greet(); process.kill(process.pid, 'SIGSTOP')"}}},
       {"addon.node"}},
      {{.name = "lua_module",
        .setup = "gcc -shared -fPIC -O1 -o counter.so {data}/lua-counter.c && "
                 "echo 'require \"counter\"; io.popen(\"kill -STOP $PPID\"):close()' >main.lua",
        .steps = {{"lua5.4", "main.lua"}}},
       {"counter.so"}},
      {{.name = "gconv",
        .setup = "",
        .steps = {{"python3", "-c",
                   "import ctypes, os, signal; libc = ctypes.CDLL(None)\n"
                   "assert libc.iconv_open(b'EUC-JISX0213', b'UTF-8') != -1\n"
                   "ctypes.CDLL('libz.so.1'); os.kill(os.getpid(), signal.SIGSTOP)"}}},
       {"EUC-JISX0213.so", "libJISX0213.so", "libz.so"}},
  };
}

bool IsLoaded(const ProcessImage& image, const std::string& name) {
  return std::ranges::any_of(image.modules(), [&name](const LoadedModule& module) {
    return module.path.substr(module.path.rfind('/') + 1).starts_with(name);
  });
}

class SealedPlugins : public testing::TestWithParam<SealedCase> {
 protected:
  void SetUp() override {
    const std::string reason = MissingReason(GetParam().real);
    if (!reason.empty()) SIGNET_SKIP_WITHOUT(kPrograms, reason);
  }

  void ExpectSealed(Way way) const {
    const Session session(GetParam().real);
    std::vector<std::string> argv = session.CommandLine(GetParam().real.steps[0]);
    const InterpCopy copy(argv[0], Loader());
    if (way == Way::kInterp) argv[0] = copy.path();
    if (way == Way::kCommand) argv.insert(argv.begin(), Loader());
    Process process(argv, session.environment(), {.directory = session.directory()});
    if (!WaitForStop(process.pid())) FAIL() << "it did not stop: " << process.Finish();
    const Inspection inspection(process.pid());
    EXPECT_EQ(inspection.Faults(kDefaultKinds), "");
    for (const std::string& name : GetParam().modules) {
      EXPECT_TRUE(IsLoaded(inspection.image(), name)) << name;
    }
  }
};
INSTANTIATE_TEST_SUITE_P(, SealedPlugins, testing::ValuesIn(MakeCases()),
                         [](const testing::TestParamInfo<SealedCase>& given) {
                           return given.param.real.name;
                         });

TEST_P(SealedPlugins, AsACommand) { ExpectSealed(Way::kCommand); }

TEST_P(SealedPlugins, AsAnInterpreter) { ExpectSealed(Way::kInterp); }

}  // namespace
}  // namespace signet::test

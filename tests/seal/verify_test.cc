// SPDX-License-Identifier: MIT
//
// `signet verify` on real programs. Sealed ranges withstand every attack. Attacks on unsealed
// ranges must succeed: otherwise a report without breaches would prove nothing.
#include <gtest/gtest.h>
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/support/capability.h"
#include "tests/support/kernel.h"
#include "tests/support/load_test.h"
#include "tests/support/process.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

using nlohmann::json;
using Strings = std::vector<std::string>;

RunResult RunVerify(const Strings& arguments, const Strings& wrapper = {}) {
  Strings command = wrapper;
  command.insert(command.end(), {Tool(), "verify"});
  command.insert(command.end(), arguments.begin(), arguments.end());
  return RunProgram(command, BaseEnvironment(), {.timeout = std::chrono::seconds(110)});
}

json VerifyJson(const Strings& arguments, int status, const Strings& wrapper = {}) {
  Strings all = {"--json"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const RunResult result = RunVerify(all, wrapper);
  EXPECT_EQ(result.exit_status, status) << result;
  return result.out.empty() ? json() : json::parse(result.out);
}

// As on a kernel where mseal always fails with that errno.
Strings WithoutMseal(int error) { return {SIGNET_TEST_MSEAL_ERRNO, std::to_string(error)}; }

uint64_t Sum(const json& report, const char* attack, const char* what) {
  uint64_t sum = 0;
  for (const json& row : report["attacks"]) {
    if (row["attack"] == attack) sum += row[what].get<uint64_t>();
  }
  return sum;
}

// Every attack was made on this program.
constexpr const char* kAttacks[] = {
    "mprotect",
    "pkey_mprotect",
    "munmap",
    "mmap MAP_FIXED",
    "mmap64 MAP_FIXED",
    "mmap MAP_FIXED_NOREPLACE",
    "mremap away",
    "mremap to grow",
    "mremap to shrink",
    "mremap to the same",
    "mremap onto it",
    "mremap MREMAP_DONTUNMAP",
    "madvise MADV_DONTNEED",
    "madvise MADV_DONTNEED_LOCKED",
    "madvise MADV_FREE",
    "madvise MADV_REMOVE",
    "madvise MADV_DONTFORK",
    "madvise MADV_WIPEONFORK",
    "madvise MADV_GUARD_INSTALL",
    "process_madvise MADV_DONTNEED",
    "remap_file_pages",
    "shmat SHM_REMAP",
    "mmap MAP_HUGETLB",
    "mmap of huge pages",
    "__mprotect",
    "__munmap",
    "__mmap MAP_FIXED",
    "prctl PR_SET_MM, brk",
    "write to /proc/self/mem",
    "process_vm_writev",
    "userfaultfd",
    "remote madvise MADV_DONTNEED",
    "remote madvise MADV_PAGEOUT",
    "remote madvise MADV_COLLAPSE",
    "io_uring MADV_DONTNEED",
    "ptrace PTRACE_POKETEXT",
};

class Verify : public testing::Test {
 protected:
  void SetUp() override {
    if (!KernelHasMseal()) SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  }
};

TEST_F(Verify, EveryAttackIsMadeInEveryWay) {
  const json report = VerifyJson({"true"}, 0);
  EXPECT_EQ(report["backend"], "kernel");
  EXPECT_EQ(report["breaches"], json::array());
  std::set<std::string> ways;
  std::set<std::string> protections;
  for (const json& row : report["attacks"]) {
    ways.insert(row["by"]);
    if (row["attack"] == "mprotect") protections.insert(row["detail"]);
  }
  EXPECT_EQ(ways, (std::set<std::string>{"call", "inline", "syscall"}));
  for (const char* attack : kAttacks) EXPECT_GT(Sum(report, attack, "tried"), 0u) << attack;
  for (const char* protection :
       {"to ---", "to r--", "to -w-", "to rw-", "to --x", "to r-x", "to -wx", "to rwx",
        "to rw-, first page", "to rw-, a page in the middle", "to rw-, last page",
        "to rw-, with the pages beside it"}) {
    EXPECT_TRUE(protections.contains(protection)) << protection;
  }
  for (const char* kind : {"text", "rodata", "relro", "vdso"})
    EXPECT_GT(report["ranges"]["attacked"][kind], 0) << kind;
}

// The program, its libraries, libc, the loader and the kernel's pages: every range that is to be
// sealed is attacked.
TEST_F(Verify, NoRangeIsLeftOut) {
  EXPECT_GT(VerifyJson({"true"}, 0)["ranges"]["left_out"], 0);
  const json report = VerifyJson({"--seal=+data", "true"}, 0);
  EXPECT_EQ(report["ranges"]["left_out"], 0);
  EXPECT_GT(report["ranges"]["attacked"]["data"], 0);
  // Variables stay writable. Their addresses and protections are sealed.
  EXPECT_GT(Sum(report, "process_vm_writev", "by_design"), 0u);
  EXPECT_EQ(Sum(report, "munmap", "denied"), Sum(report, "munmap", "tried"));
}

// A report of no attacks proves nothing.
TEST_F(Verify, NothingToAttack) {
  const json report = VerifyJson({"--seal=none", "true"}, 1);
  EXPECT_EQ(report["summary"]["attacks"], 0);
  EXPECT_EQ(report["summary"]["breaches"], 0);
  EXPECT_EQ(RunVerify({"--seal=none", "true"}).err,
            "signet: true: nothing is meant to be sealed, so nothing was tried\n");
}

// The contents of code that the file demands writable may change by design.
TEST_F(Verify, WritableCode) {
  for (const char* name : {"map-wx", "map-wx-lld", "attack-calls-writable-code"}) {
    if (!MissingReason(name).empty()) continue;
    SCOPED_TRACE(name);
    const json report = VerifyJson({Module(name)}, 0);
    EXPECT_EQ(report["breaches"], json::array());
    EXPECT_EQ(report["contradictions"], json::array());
    EXPECT_GT(Sum(report, "process_vm_writev", "by_design"), 0u);
    EXPECT_EQ(Sum(report, "mprotect", "denied"), Sum(report, "mprotect", "tried"));
  }
}

TEST_F(Verify, RealPrograms) {
  for (const char* program :
       {"/usr/bin/git", "/usr/bin/perl", "/usr/bin/python3", "/usr/bin/cmake"}) {
    if (!std::filesystem::exists(program)) continue;
    SCOPED_TRACE(program);
    const json report = VerifyJson({program}, 0);
    EXPECT_EQ(report["breaches"], json::array());
    EXPECT_GT(report["summary"]["denied"], 1000);
  }
}

// Without libc, with another libc, with gaps, with relocated text, static.
TEST_F(Verify, Modules) {
  for (const char* name :
       {"hello", "hello-exec", "hello-libc", "musl-program", "map-layout-bfd-huge-pages",
        "map-layout-lld-huge-pages", "map-layout-gold-exec", "map-holes", "map-textrel-bfd",
        "static-freestanding", "static-glibc-bfd", "static-glibc-pie-bfd", "static-musl"}) {
    if (!MissingReason(name).empty()) continue;
    SCOPED_TRACE(name);
    const json report = VerifyJson({Module(name)}, 0);
    EXPECT_EQ(report["breaches"], json::array());
    EXPECT_GT(report["summary"]["denied"], 100);
  }
}

// The kernel refuses advice of another process that discards. Other advice changes no byte.
TEST_F(Verify, AdviceOfAnotherProcess) {
  for (const char* backend : {"--backend=kernel", "--backend=guard", "--backend=seccomp"}) {
    SCOPED_TRACE(backend);
    const json report =
        VerifyJson({backend, "true"}, backend == std::string("--backend=kernel") ? 0 : 1);
    for (const char* advice : {"MADV_DONTNEED", "MADV_PAGEOUT", "MADV_COLLAPSE"}) {
      const std::string attack = std::string("remote madvise ") + advice;
      EXPECT_GT(Sum(report, attack.c_str(), "tried"), 0u) << attack;
      EXPECT_EQ(Sum(report, attack.c_str(), "breaches"), 0u) << attack;
    }
    EXPECT_EQ(Sum(report, "remote madvise MADV_DONTNEED", "by_design"), 0u);
    if (geteuid() != 0) continue;  // the kernel asks for CAP_SYS_NICE
    EXPECT_GT(Sum(report, "remote madvise MADV_PAGEOUT", "by_design"), 0u);
  }
}

TEST_F(Verify, Gaps) {
  const json report = VerifyJson({SIGNET_TEST_ATTACK}, 0);
  EXPECT_EQ(report["breaches"], json::array());
  EXPECT_GT(report["ranges"]["attacked"]["gap"], 0);
}

// The arguments do not matter, because the program does not run and does not read its input.
TEST_F(Verify, TheProgramDoesNotRun) {
  const RunResult result = RunVerify({"sh", "-c", "echo out; echo err >&2; exit 3"});
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_EQ(result.out.find("out\n"), std::string::npos) << result;
  EXPECT_EQ(result.err, "");
}

bool HasIoUring() {
  io_uring_params parameters = {};
  const long fd = syscall(SYS_io_uring_setup, 1, &parameters);
  if (fd >= 0) close(static_cast<int>(fd));
  return fd >= 0;
}

// Whether this kernel lets a process do that to its own unsealed memory. An old kernel may not.
bool IsPossible(const std::string& attack) {
  constexpr int kGuardInstall = 102;  // Linux 6.13
  if (attack.starts_with("io_uring")) return HasIoUring();
  if (attack == "mmap MAP_HUGETLB" || attack == "mmap of huge pages")
    return std::filesystem::exists("/sys/kernel/mm/hugepages/hugepages-2048kB");
  const bool guard = attack == "madvise MADV_GUARD_INSTALL";
  if (!guard && !attack.starts_with("process_madvise"))
    return true;  // since 6.13 for its own memory
  void* page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  const iovec range = {page, 4096};
  const int self = static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0));
  const long result = guard ? madvise(page, 4096, kGuardInstall)
                            : syscall(SYS_process_madvise, self, &range, 1, MADV_DONTNEED, 0);
  close(self);
  munmap(page, 4096);
  return result >= 0;
}

// These attacks fail on such a range whether it is sealed or not, or are allowed.
bool NeedsNoSeal(const std::string& attack) {
  static const std::set<std::string> attacks = {"mmap MAP_FIXED_NOREPLACE",
                                                "madvise MADV_REMOVE",
                                                "remap_file_pages",
                                                "process_vm_writev",
                                                "write to /proc/self/mem",
                                                "userfaultfd",
                                                "remote madvise MADV_DONTNEED",
                                                "remote madvise MADV_PAGEOUT",
                                                "remote madvise MADV_COLLAPSE",
                                                "ptrace PTRACE_POKETEXT"};
  return attacks.contains(attack);
}

TEST(VerifyUnsealed, EveryAttackThatCanSucceedIsSeen) {
  for (const int error : {ENOSYS, EPERM}) {
    SCOPED_TRACE(error);
    const json report = VerifyJson({"--fallback=none", "true"}, 1, WithoutMseal(error));
    EXPECT_EQ(report["backend"], "none");
    for (const json& breach : report["breaches"])
      EXPECT_EQ(breach["expected"], "nothing holds this range");
    for (const char* attack : kAttacks)
      EXPECT_EQ(Sum(report, attack, "breaches") == 0, NeedsNoSeal(attack) || !IsPossible(attack))
          << attack;
  }
}

// Every call of libc's functions is refused. What succeeds is what the documents name.
TEST(VerifyGuard, RefusesCallsButNotInstructions) {
  for (const char* program : {"/usr/bin/true", "/usr/bin/perl"}) {
    SCOPED_TRACE(program);
    const json report = VerifyJson({"--backend=guard", "--seal=+data", program}, 1);
    EXPECT_EQ(report["backend"], "guard");
    for (const json& breach : report["breaches"]) {
      EXPECT_EQ(breach["by"], "inline") << breach;
      EXPECT_FALSE(breach["expected"].is_null()) << breach;
    }
    for (const std::string attack : kAttacks) {
      const bool by_call_only = attack == "mmap64 MAP_FIXED" || attack.starts_with("__");
      EXPECT_EQ(Sum(report, attack.c_str(), "breaches") == 0,
                NeedsNoSeal(attack) || by_call_only || !IsPossible(attack))
          << attack;
    }
  }
}

// Direct system calls are refused as well. What succeeds is what the documents name.
TEST(VerifySeccomp, RefusesAllButIoUring) {
  const json report = VerifyJson({"--backend=seccomp", "/usr/bin/true"}, HasIoUring() ? 1 : 0);
  EXPECT_EQ(report["backend"], "seccomp");
  for (const json& breach : report["breaches"]) {
    EXPECT_EQ(breach["attack"], "io_uring MADV_DONTNEED") << breach;
    EXPECT_EQ(breach["kind"], "relro") << breach;
    EXPECT_FALSE(breach["expected"].is_null()) << breach;
  }
  for (const char* attack : kAttacks) EXPECT_GT(Sum(report, attack, "tried"), 0u) << attack;
  EXPECT_EQ(Sum(report, "munmap", "denied"), Sum(report, "munmap", "tried"));
}

// The report has the effects as well as the answers.
TEST(VerifyUnsealed, EffectsAreSeen) {
  const json report = VerifyJson({"--fallback=none", "true"}, 1, WithoutMseal(ENOSYS));
  std::set<std::string> effects;
  for (const json& breach : report["breaches"]) effects.insert(breach["effects"]);
  for (const char* effect : {"pages gone", "readability changed", "writability changed",
                             "bytes changed", "changed in forked processes"}) {
    EXPECT_TRUE(effects.contains(effect)) << effect;
  }
}

TEST(VerifyUnsealed, RequirementIsNotMet) {
  const RunResult result = RunVerify({"--require=kernel", "true"}, WithoutMseal(ENOSYS));
  EXPECT_EQ(result.exit_status, 126);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "ld-signet: --require=kernel: this kernel has no mseal\n");
}

TEST(VerifyUnsealed, TheDoctorKnowsWhy) {
  Strings command = WithoutMseal(ENOSYS);
  command.insert(command.end(), {Tool(), "doctor", "--json"});
  const RunResult result = RunProgram(command);
  ASSERT_EQ(result.exit_status, 0) << result;
  const json report = json::parse(result.out);
  EXPECT_EQ(report["mseal"], (json{{"there", false}, {"error", "Function not implemented"}}));
  EXPECT_EQ(report["mseal_denied"], KernelHasMseal());
  EXPECT_EQ(report["no_new_privs"], true);
  EXPECT_NE(report["strength"], "kernel");
}

// The report does not say that the kernel sealed what Signet has sealed.
TEST_F(Verify, TheDoctorUnderSignet) {
  const RunResult result = RunProgram({Loader(), Tool(), "doctor", "--json"});
  ASSERT_EQ(result.exit_status, 0) << result;
  EXPECT_TRUE(json::parse(result.out)["vdso_sealed_by_kernel"].is_null()) << result;
}

TEST(VerifyOption, TakesNoValue) {
  const RunResult result = RunProgram({Loader(), "--verify=3", "/bin/true"});
  EXPECT_EQ(result.exit_status, 127);
  EXPECT_EQ(result.err,
            "ld-signet: unrecognized option: --verify=3\n"
            "Try 'ld-signet.so --help' for more information.\n");
}

}  // namespace
}  // namespace signet::test

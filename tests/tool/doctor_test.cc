// SPDX-License-Identifier: MIT
//
// `signet doctor`: its reports on invented machines, and one on the real machine.
#include "tool/doctor/doctor.h"

#include <gtest/gtest.h>
#include <sys/utsname.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/process.h"
#include "tests/support/ways.h"
#include "tool/doctor/kernel_config.h"

namespace signet::tool {
namespace {

using nlohmann::json;

Machine NewMachine() {
  Machine machine;
  machine.kernel = {"6.18.1", true};
  machine.mseal = {.there = true};
  machine.seals_shown = true;
  machine.discards_refused = true;
  machine.procmap_query = {.there = true};
  machine.vdso_sealed = false;
  machine.vdso_config = "n";
  machine.config_path = "/proc/config.gz";
  machine.seccomp = {.there = true};
  machine.user_dispatch = {.there = true};
  machine.protection_keys = {.there = false, .error = ENOSPC};
  machine.max_map_count = 65530;
  machine.ptrace_scope = 1;
  return machine;
}

Machine OldMachine() {
  Machine machine;
  machine.kernel = {"6.1.0", false};
  machine.mseal = {.there = false, .error = ENOSYS};
  machine.seccomp = {.there = true};
  return machine;
}

std::string Text(const Machine& machine) {
  std::ostringstream out;
  PrintMachineText(out, machine);
  return out.str();
}

json ToJson(const Machine& machine) {
  std::ostringstream out;
  PrintMachineJson(out, machine);
  return json::parse(out.str());
}

TEST(Doctor, StrengthIsWhatTheKernelOffers) {
  EXPECT_EQ(StrengthOf(NewMachine()), SIGNET_BACKEND_KERNEL);
  EXPECT_EQ(StrengthOf(OldMachine()), SIGNET_BACKEND_SECCOMP);
  Machine machine = OldMachine();
  machine.seccomp = {.there = false, .error = EINVAL};
  EXPECT_EQ(StrengthOf(machine), SIGNET_BACKEND_GUARD);
}

TEST(Doctor, TextOfANewKernel) {
  EXPECT_EQ(Text(NewMachine()), R"(kernel                                         6.18.1
mseal                                          yes
  seals are shown in smaps (sl)                yes
  discarding sealed memory is refused          yes
  CONFIG_MSEAL_SYSTEM_MAPPINGS                 n (/proc/config.gz)
  the kernel has sealed the vdso               no
PROCMAP_QUERY                                  yes
vm.max_map_count                               65530
seccomp filters                                yes
  no_new_privs is set already                  no
  io_uring, which passes filters by            no
Syscall User Dispatch                          yes
protection keys                                no (No space left on device)
/proc/self/mem writes to read-only memory      no
userfaultfd                                    no
Yama's ptrace_scope                            1

strength of seals: kernel: the kernel itself holds every seal, by mseal
)");
}

TEST(Doctor, TextOfAnOldKernel) {
  const std::string text = Text(OldMachine());
  for (const char* line :
       {"\nmseal                                          no (Function not implemented)\n",
        "\n  seals are shown in smaps (sl)                unknown\n",
        "\n  CONFIG_MSEAL_SYSTEM_MAPPINGS                 unknown\n",
        "\nvm.max_map_count                               unknown\n",
        "\nYama's ptrace_scope                            no Yama\n",
        "\nstrength of seals: seccomp or guard: no mseal; "}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

TEST(Doctor, TextBehindAFilter) {
  Machine machine = OldMachine();
  machine.kernel = {.release = "6.18.1", .has_mseal = true, .mseal_denied = true};
  EXPECT_NE(Text(machine).find("\nmseal                                          no (Function not "
                               "implemented): the kernel has it, a filter denies it\n"),
            std::string::npos);
  EXPECT_NE(Text(machine).find("\nnote: the kernel has mseal, but "), std::string::npos);
  EXPECT_EQ(Text(machine).find("--backend"), std::string::npos);
  machine.mseal = {.is_fatal = true};
  EXPECT_NE(Text(machine).find("no (a filter ends the process: SIGSYS): the kernel has it, a"),
            std::string::npos);
  EXPECT_NE(Text(machine).find("\nnote: with the option --backend=guard, "), std::string::npos);
}

TEST(Doctor, Json) {
  const json report = ToJson(NewMachine());
  EXPECT_EQ(report["kernel"], "6.18.1");
  EXPECT_EQ(report["mseal"], (json{{"there", true}}));
  EXPECT_EQ(report["mseal_denied"], false);
  EXPECT_EQ(report["protection_keys"],
            (json{{"there", false}, {"error", "No space left on device"}}));
  EXPECT_EQ(report["vdso_sealed_by_kernel"], false);
  EXPECT_EQ(report["max_map_count"], 65530);
  EXPECT_EQ(report["strength"], "kernel");
  const json old = ToJson(OldMachine());
  EXPECT_TRUE(old["seals_shown"].is_null());
  EXPECT_TRUE(old["yama_ptrace_scope"].is_null());
  EXPECT_EQ(old["strength"], "seccomp");
}

TEST(KernelConfig, ValuesOfOptions) {
  constexpr const char* kText = "# CONFIG_A is not set\nCONFIG_AB=y\nCONFIG_B=\"text\"\nCONFIG_C=m";
  EXPECT_EQ(ConfigValue(kText, "CONFIG_A"), "n");
  EXPECT_EQ(ConfigValue(kText, "CONFIG_AB"), "y");
  EXPECT_EQ(ConfigValue(kText, "CONFIG_B"), "\"text\"");
  EXPECT_EQ(ConfigValue(kText, "CONFIG_C"), "m");
  EXPECT_EQ(ConfigValue("", "CONFIG_C"), "n");
}

TEST(Doctor, LooksAtThisMachine) {
  const auto result = test::RunProgram({test::Tool(), "doctor", "--json"});
  ASSERT_EQ(result.exit_status, 0) << result;
  const json report = json::parse(result.out);
  utsname names{};
  uname(&names);
  EXPECT_EQ(report["kernel"], names.release);
  EXPECT_EQ(report["mseal"]["there"], GetKernelInfo().has_mseal);
  if (GetKernelInfo().has_mseal) {
    EXPECT_EQ(report["seals_shown"], true);
    EXPECT_EQ(report["discards_refused"], true);
    EXPECT_EQ(report["strength"], "kernel");
  }
  EXPECT_EQ(test::RunProgram({test::Tool(), "doctor"}).out.find("kernel "), 0u);
}

}  // namespace
}  // namespace signet::tool

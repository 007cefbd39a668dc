// SPDX-License-Identifier: MIT
//
// Many modules: what one more costs does not depend on how many there are. Costs are counted in
// instructions, which do not jitter.
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "tests/load/dl_script.h"
#include "tests/support/temporary_directory.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;

constexpr int kCount = 400;
constexpr int kMany = 4000;

// Copies of one plug-in. Each is another file, and so another module.
class Plugins {
 public:
  explicit Plugins(int count) {
    for (int i = 0; i < count; ++i)
      fs::copy_file(InDl("libscale.so"), directory_ / (std::to_string(i) + ".so"));
  }

  std::string directory() const { return directory_.path(); }

 private:
  TemporaryDirectory directory_;
};

class Scale : public DlTest {
 protected:
  void ExpectAllAreOpened(int number) {
    const Plugins plugins(number);
    const std::string count = std::to_string(number);
    ExpectProgram(
        "scale", {plugins.directory(), count},
        "constructed: " + count + ", more modules: " + count + "\nwrong: 0\nclosed, wrong: 0\n");
  }
};
SIGNET_DL_WAYS(Scale);

TEST_P(Scale, EveryPluginIsAModuleOfItsOwn) { ExpectAllAreOpened(kCount); }

// The system's own takes minutes for so many.
class ScaleOfSignet : public Scale {};
INSTANTIATE_TEST_SUITE_P(, ScaleOfSignet, testing::Values(Way::kCommand, Way::kInterp), WayName);

TEST_P(ScaleOfSignet, ThousandsOfPluginsAreOpened) { ExpectAllAreOpened(kMany); }

TEST_P(ScaleOfSignet, ThousandsOfModulesStart) {
  const Plugins plugins(kMany);
  std::string preloads = "LD_PRELOAD=";
  for (int i = 0; i < kMany; ++i)
    preloads += plugins.directory() + "/" + std::to_string(i) + ".so:";
  ExpectProgram("scale", {plugins.directory(), "0"},
                "constructed: " + std::to_string(kMany) +
                    ", more modules: 0\nwrong: 0\n"
                    "closed, wrong: 0\n",
                {.environment = {preloads}});
}

// Runs the program until it ends, and counts its instructions between each SIGUSR1 and the next.
// Empty if that cannot be done.
std::vector<long> CountInstructions(const fs::path& program,
                                    const std::vector<std::string>& arguments) {
  std::vector<char*> argv = {const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    execv(program.c_str(), argv.data());
    _exit(127);
  }
  std::vector<long> counts;
  bool is_counting = false;
  int status = 0;
  while (waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
    if (WSTOPSIG(status) == SIGUSR1) {
      is_counting = !is_counting;
      if (is_counting) counts.push_back(0);
    } else if (is_counting) {
      ++counts.back();
    }
    if (ptrace(is_counting ? PTRACE_SINGLESTEP : PTRACE_CONT, child, nullptr, nullptr) != 0) break;
  }
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  return counts;
}

// The least of some dlopens, because now and then one has to make a table larger.
long Least(const std::vector<long>& counts, size_t first, size_t count) {
  std::vector<long> of_kind;
  for (size_t i = 0; i < count; ++i) of_kind.push_back(counts[first + 2 * i]);
  return *std::ranges::min_element(of_kind);
}

TEST(ScaleOfCosts, DoNotGrowWithTheNumberOfModules) {
  constexpr size_t kMarked = 4;  // the program marks four pairs, a dlopen and a dlsym, at each end
  const Plugins plugins(kCount);
  const InterpCopy program(InDl("scale"), Loader());
  const std::vector<long> counts =
      CountInstructions(program.path(), {plugins.directory(), std::to_string(kCount), "traced"});
  ASSERT_EQ(counts.size(), 4 * kMarked);
  const long first_open = Least(counts, 0, kMarked);
  const long last_open = Least(counts, 2 * kMarked, kMarked);
  const long first_look_up = Least(counts, 1, kMarked);
  const long last_look_up = Least(counts, 2 * kMarked + 1, kMarked);

  EXPECT_LT(static_cast<double>(last_open), 1.05 * static_cast<double>(first_open));
  EXPECT_LT(static_cast<double>(last_look_up), 1.1 * static_cast<double>(first_look_up));
}

}  // namespace
}  // namespace signet::test

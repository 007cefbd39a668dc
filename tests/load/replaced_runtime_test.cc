// SPDX-License-Identifier: MIT
//
// A library of the runtime is replaced while programs start: packages are upgraded on machines that
// run. The loader looks at the file, and libc's interpreter opens it again.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;

constexpr int kStarts = 150;

// Two versions take turns at one name.
class Replacing {
 public:
  explicit Replacing(const fs::path& directory) : directory_(directory) {
    const fs::path unwinder = FoundByLdSo("cxx-streams", "libgcc_s.so.1");
    fs::copy_file(unwinder, directory_ / "first");
    fs::copy_file(unwinder, directory_ / "second");
    const RunResult result =
        RunProgram({"/usr/bin/env", "patchelf", "--set-rpath", "/a/path/that/needs/more/room",
                    (directory_ / "second").string()});
    EXPECT_EQ(result.exit_status, 0) << result;
    Replace("first");
    thread_ = std::thread([this] {
      while (!is_over_) {
        Replace("second");
        Replace("first");
      }
    });
  }
  ~Replacing() {
    is_over_ = true;
    thread_.join();
  }
  Replacing(const Replacing&) = delete;
  Replacing& operator=(const Replacing&) = delete;

 private:
  void Replace(const char* version) const {
    fs::copy_file(directory_ / version, directory_ / "new");
    fs::rename(directory_ / "new", directory_ / "libgcc_s.so.1");
  }

  const fs::path directory_;
  std::atomic<bool> is_over_ = false;
  std::thread thread_;
};

class ReplacedRuntime : public testing::TestWithParam<Way> {};

TEST_P(ReplacedRuntime, StartsAnyway) {
  if (const std::string reason = MissingProgramReason("patchelf"); !reason.empty())
    GTEST_SKIP() << reason;
  const TemporaryDirectory directory;
  const Replacing replacing(directory.path());
  for (int i = 0; i < kStarts; ++i) {
    const RunResult result =
        Start(GetParam(), Module("cxx-exceptions"), {},
              {.environment = {"LD_LIBRARY_PATH=" + directory.path().string()}});
    ASSERT_EQ(result.exit_status, 0) << result;
  }
}

INSTANTIATE_TEST_SUITE_P(, ReplacedRuntime, testing::Values(Way::kCommand, Way::kInterp),
                         [](const auto& test) { return std::string(ToString(test.param)); });

}  // namespace
}  // namespace signet::test

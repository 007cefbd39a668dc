// SPDX-License-Identifier: MIT
//
// /etc/ld.so.preload, in a mount namespace of each test.
#include <filesystem>
#include <fstream>

#include "tests/support/capability.h"
#include "tests/support/load_test.h"
#include "tests/support/mount_namespace.h"
#include "tests/support/temporary_directory.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;
using Strings = std::vector<std::string>;

class PreloadFile : public LoadTest {
 protected:
  void SetUp() override {
    if (!CanMakeMountNamespace())
      SIGNET_SKIP_WITHOUT(kUserns, "mount namespaces cannot be made here");
    fs::copy_file("/etc/ld.so.cache", etc_ / "ld.so.cache");
  }

  static std::string Library(const std::string& name) { return Module("deps/" + name); }

  StartOptions With(const std::string& content, const Strings& environment = {}) {
    std::ofstream(etc_ / "ld.so.preload") << content;
    StartOptions options;
    options.environment = environment;
    options.wrapper =
        InMountNamespace("mount --bind " + etc_.path().string() + R"( /etc && exec "$@")");
    return options;
  }

  void ExpectWhere(const std::string& where, const StartOptions& options) {
    ExpectRun("deps/rpath", {.out = "where: " + where + "\n"}, {}, options);
  }

 private:
  TemporaryDirectory etc_;
};
SIGNET_EVERY_WAY(PreloadFile);

TEST_P(PreloadFile, Library) {
  ExpectWhere("preloaded a", With(Library("libpreload-a.so") + "\n"));
}

TEST_P(PreloadFile, FirstOfSeveral) {
  ExpectWhere("preloaded b", With("# comment: " + Library("libpreload-a.so") + "\n\t" +
                                  Library("libpreload-b.so") + "\t#\n" +
                                  Library("libpreload-a.so") + ":" + Library("libpreload-b.so")));
}

TEST_P(PreloadFile, ComesBehindTheVariable) {
  ExpectWhere("preloaded a",
              With(Library("libpreload-b.so"), {"LD_PRELOAD=" + Library("libpreload-a.so")}));
}

TEST_P(PreloadFile, WhatIsMissingIsIgnored) {
  ExpectRun("deps/rpath",
            {.out = "where: one\n",
             .err = "ERROR: ld.so: object 'libmissing.so' from /etc/ld.so.preload cannot be "
                    "preloaded (cannot open shared object file): ignored.\n"},
            {}, With("libmissing.so\n"));
}

TEST_P(PreloadFile, Empty) { ExpectWhere("one", With("")); }

// If libc's interpreter loaded the library by itself, it would be there twice, or only the runtime
// would see it.
TEST_P(PreloadFile, LibcIsInterposed) {
  StartOptions options = With(Module("liblibc-malloc.so"));
  options.run.input = "line\n";
  ExpectRun("libc-malloc-preloaded",
            {.out = "malloc: own\nstrdup: own\nasprintf: own\ngetline: own\n42 line\n"}, {},
            options);
}

TEST_P(PreloadFile, ConstructorRunsOnceAndMayAsk) {
  ExpectRun("hello-libc", {.out = "constructed\nhello from libc\narguments: 0\n", .exit_status = 7},
            {}, With(Library("libpreload-next.so")));
}

}  // namespace
}  // namespace signet::test

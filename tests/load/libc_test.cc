// SPDX-License-Identifier: MIT
//
// What a program and libc expect from each other: objects that they share, functions of libc that
// the program replaces, and services of libc that load modules.
#include "tests/support/load_test.h"

namespace signet::test {
namespace {

class Libc : public LoadTest {
 protected:
  // The program as a PIE, and at a fixed address.
  void ExpectBoth(const std::string& program, const Expected& expected,
                  const std::vector<std::string>& args = {}, const StartOptions& options = {}) {
    ExpectRun(program, expected, args, options);
    ExpectRun(program + "-exec", expected, args, options);
  }
};
SIGNET_EVERY_WAY(Libc);

const StartOptions kOneLine = {.run = {.input = "line\n"}};
constexpr const char* kOwnMalloc =
    "malloc: own\nstrdup: own\nasprintf: own\ngetline: own\n42 line\n";

TEST_P(Libc, MallocOfTheProgram) { ExpectBoth("libc-malloc", {.out = kOwnMalloc}, {}, kOneLine); }

TEST_P(Libc, MallocOfAPreloadedLibrary) {
  StartOptions options = kOneLine;
  options.environment = {"LD_PRELOAD=" + Module("liblibc-malloc.so").string()};
  ExpectRun("libc-malloc-preloaded", {.out = kOwnMalloc}, {}, options);
}

// What libc's own dynamic linker allocates, too.
TEST_P(Libc, MallocOfTheProgramForThreads) {
  const std::string out = "pthread_create: own\nlibc's heap: untouched\n";
  ExpectBoth("libc-malloc-thread", {.out = out});
  ExpectRun("libc-malloc-thread-linked", {.out = out});
}

TEST_P(Libc, FunctionOfALibraryInItsPlace) {
  ExpectRun("libc-interposed", {.out = "getenv: interposed\n"});
}

TEST_P(Libc, SharedObjects) {
  for (const char* program : {"libc-objects", "libc-objects-exec"}) {
    ExpectRun(program,
              {.out = "optind: 4\nprogram_invocation_short_name: " + std::string(program) +
                      "\nenviron: LIBC_TEST=by libc\ngetenv: by program\n"
                      "tzname: XYZ -7200\nerrno: EBADF\n",
               .err = "to stderr\n"},
              {"-a", "x", "-b", "c"});
  }
}

TEST_P(Libc, Services) {
  ExpectBoth("libc-services", {.out = "libm: 0.479 2.000 0.001\n"
                                      "getpwuid: root\n"
                                      "iconv: \u00e4\u00f6\n"
                                      "mbstowcs: 2\n"
                                      "system: 5\n"
                                      "fork: 6\n"
                                      "backtrace: some frames\n"
                                      "setjmp: 2\n"
                                      "stack: right\n"});
}

TEST_P(Libc, MuchThreadLocalStorage) {
  ExpectBoth("libc-big-tls", {.out = "threads: 4\nmain: 1\n"});
}

TEST_P(Libc, ThreadLocalPointerToInterposedData) {
  ExpectRun("libc-resolver-state", {.out = "the program's\n"});
}

}  // namespace
}  // namespace signet::test

// SPDX-License-Identifier: MIT
//
// Thread-local storage: where the modules' blocks are, what is in them, and that each thread has
// its own. Programs without a C library use the thread pointer that the dynamic linker has set.
#include "tests/support/load_test.h"

namespace signet::test {
namespace {

class Tls : public LoadTest {
 protected:
  // What a thread finds in the variables of the modules: the initial values, or what it left there.
  static std::string Facts(const std::vector<std::string>& models, bool initial = true) {
    std::string facts;
    for (const std::string& model : models) {
      facts += model + (initial ? "\n  odd: 3\n  data: 42\n" : "\n  odd: 7\n  data: 142\n") +
               "  pointer's target: 44\n" + (initial ? "  zero: 0\n" : "  zero: 2\n") +
               "  modulo 64: 0\n";
    }
    return facts;
  }
};
SIGNET_EVERY_WAY(Tls);

constexpr const char* kSelf = "the thread pointer points to itself: yes\n";

TEST_P(Tls, ProgramOnly) { ExpectRun("tls-program-only", {.out = kSelf + Facts({"local-exec"})}); }

const std::vector<std::string> kFreestandingModels = {"local-exec", "Initial", "InitialOwn",
                                                      "Descriptor", "DescriptorOwn"};

TEST_P(Tls, Freestanding) {
  ExpectRun("tls-freestanding", {.out = kSelf + Facts(kFreestandingModels)});
}
TEST_P(Tls, FreestandingAtFixedAddress) {
  ExpectRun("tls-freestanding-exec", {.out = kSelf + Facts(kFreestandingModels)});
}

const std::vector<std::string> kModels = {"local-exec",   "Initial",    "InitialOwn",   "General",
                                          "LocalDynamic", "Descriptor", "DescriptorOwn"};

std::string Threads(const std::string& initial, const std::string& changed) {
  return "-- first thread\n" + initial + "-- second thread\n" + initial +
         "-- first thread again\n" + changed;
}

TEST_P(Tls, Threads) {
  ExpectRun("tls-threads", {.out = Threads(Facts(kModels), Facts(kModels, false))});
}
TEST_P(Tls, ThreadsAtFixedAddress) {
  ExpectRun("tls-threads-exec", {.out = Threads(Facts(kModels), Facts(kModels, false))});
}

constexpr const char* kAligned =
    "program\n  first: 1\n  data: 5\n  zero: 0\n  modulo alignment: 0\n"
    "page\n  first: 1\n  data: 5\n  zero: 0\n  modulo alignment: 0\n"
    "64\n  first: 1\n  data: 5\n  zero: 0\n  modulo alignment: 0\n"
    "byte\n  first: 1\n  data: 5\n  zero: 0\n  modulo alignment: 0\n"
    "all hold: yes\n";

TEST_P(Tls, LibraryAlignedToPageBfd) { ExpectRun("tls-align-bfd", {.out = kAligned}); }
TEST_P(Tls, LibraryAlignedToPageLld) { ExpectRun("tls-align-lld", {.out = kAligned}); }
TEST_P(Tls, ProgramAlignedToPage) { ExpectRun("tls-align-program", {.out = kAligned}); }

TEST_P(Tls, ZeroOnly) { ExpectRun("tls-zero", {.out = "program: 0\nlibrary: 0\n"}); }

TEST_P(Tls, OneVariableOfSeveralModules) {
  ExpectRun("tls-shared", {.out = "program: 42\n"
                                  "same by initial-exec: yes\n"
                                  "same by general-dynamic: yes\n"
                                  "same by descriptor: yes\n"
                                  "program's own: 44\n"
                                  "same by initial-exec: yes\n"
                                  "same by general-dynamic: yes\n"
                                  "same by descriptor: yes\n"});
}

TEST_P(Tls, UndefinedWeak) {
  ExpectRun("tls-weak", {.out = "descriptor gives null: yes\nstarted\n"});
}

TEST_P(Tls, RelroBeginsAtZeroes) { ExpectRun("tls-relro-mold", {.out = "zero\n"}); }

TEST_P(Tls, IdOfTheProgram) { ExpectRun("tls-first-module", {.out = "right\n"}); }

}  // namespace
}  // namespace signet::test

// SPDX-License-Identifier: MIT
//
// What C++ programs need: exceptions and types across modules, streams, thread-local objects,
// static objects, threads that are cancelled.
#include "tests/support/load_test.h"

namespace signet::test {
namespace {

class Cxx : public LoadTest {
 protected:
  // The program as a PIE, and at a fixed address.
  void ExpectBoth(const std::string& program, const Expected& expected,
                  const StartOptions& options = {}) {
    ExpectRun(program, expected, {}, options);
    ExpectRun(program + "-exec", expected, {}, options);
  }
};
SIGNET_EVERY_WAY(Cxx);

TEST_P(Cxx, ExceptionsAndTypesAcrossLibraries) {
  ExpectBoth("cxx-exceptions", {.out = "outer: unwound\n"
                                       "program: caught inner error\n"
                                       "outer: unwound\n"
                                       "program: caught 42\n"
                                       "outer: unwound\n"
                                       "program: caught derived\n"
                                       "outer: caught program's error\n"
                                       "outer: unwound\n"
                                       "program: caught program's error\n"
                                       "outer: unwound\n"
                                       "program: caught out_of_range again\n"
                                       "dynamic_cast here: yes\n"
                                       "dynamic_cast there: yes\n"
                                       "not derived there: yes\n"
                                       "one type: yes\n"});
}

TEST_P(Cxx, Streams) {
  ExpectBoth("cxx-streams", {.out = "read: one\nread: two\n0xff 1.50\nC\n", .err = "to stderr\n"},
             {.run = {.input = "one\ntwo\n"}});
}

TEST_P(Cxx, ThreadsAndThreadLocalObjects) {
  ExpectBoth("cxx-threads", {.out = "program: thread-local constructed\n"
                                    "program: thread-local constructed\n"
                                    "thread: library's is 2\n"
                                    "library: thread-local destructed at 2\n"
                                    "program: thread-local destructed at 1\n"
                                    "main: program's is 10, library's is 2\n"
                                    "called once: 1\n"
                                    "caught: from a thread\n"
                                    "library: thread-local destructed at 2\n"
                                    "program: thread-local destructed at 10\n"});
}

TEST_P(Cxx, StaticObjectsAcrossLibraries) {
  const std::string one = "level 1, long enough not to fit into the string itself";
  const std::string two = one + " > level 2";
  const std::string program = two + " > program";
  ExpectBoth(
      "cxx-static",
      {.out = "constructed: " + one + "\nconstructed: " + two + "\nconstructed: " + program +
              "\nmain\nconstructed: local static\ndestructed: local static\n" +
              "destructed: " + program + "\ndestructed: " + two + "\ndestructed: " + one + "\n"});
}

TEST_P(Cxx, CancelledThreadUnwinds) {
  ExpectBoth("cxx-cancel", {.out = "unwound: cancelled thread\n"
                                   "cancelled: yes\n"
                                   "unwound: thread that exits\n"
                                   "exited with: 42\n"});
}

TEST_P(Cxx, CancelledThreadCleansUpInC) {
  ExpectRun("cxx-cancel-c", {.out = "cleanup: of the cancelled thread\ncancelled: yes\n"});
}

}  // namespace
}  // namespace signet::test

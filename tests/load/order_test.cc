// SPDX-License-Identifier: MIT
//
// What runs before and after main, in which order, and what a program learns when it starts.
#include "tests/support/load_test.h"

namespace signet::test {
namespace {

class Order : public LoadTest {
 protected:
  static StartOptions Preloaded(const std::string& libraries) {
    return {.environment = {"LD_PRELOAD=" + libraries}};
  }
};
SIGNET_EVERY_WAY(Order);

std::string LibraryBegins(const std::string& name) {
  return name + ": DT_INIT\n" + name + ": constructor 101\n" + name + ": constructor 102\n" + name +
         ": constructor\n";
}

std::string LibraryEnds(const std::string& name) {
  return name + ": destructor\n" + name + ": atexit\n" + name + ": destructor 102\n" + name +
         ": destructor 101\n" + name + ": DT_FINI\n";
}

std::string ProgramBegins() {
  return "program: preinit, argc: 2\n" + LibraryBegins("c") + LibraryBegins("b") +
         LibraryBegins("a") + "program: DT_INIT\nprogram: constructor\nprogram: main\n";
}

std::string ProgramEnds() {
  return "program: second atexit\nprogram: first atexit\nprogram: destructor\n"
         "program: DT_FINI\n" +
         LibraryEnds("a") + LibraryEnds("b") + LibraryEnds("c");
}

TEST_P(Order, ReturnFromMain) {
  ExpectRun("order-program", {.out = ProgramBegins() + ProgramEnds(), .exit_status = 3},
            {"return"});
}
TEST_P(Order, ReturnFromMainAtFixedAddress) {
  ExpectRun("order-program-exec", {.out = ProgramBegins() + ProgramEnds(), .exit_status = 3},
            {"return"});
}
TEST_P(Order, Exit) {
  ExpectRun("order-program", {.out = ProgramBegins() + ProgramEnds(), .exit_status = 4}, {"exit"});
}
TEST_P(Order, ExitInAnotherThread) {
  ExpectRun("order-program", {.out = ProgramBegins() + ProgramEnds(), .exit_status = 5},
            {"thread"});
}
TEST_P(Order, ImmediateExit) {
  ExpectRun("order-program", {.out = ProgramBegins(), .exit_status = 4}, {"_exit"});
}

TEST_P(Order, ExitInConstructor) {
  ExpectRun("order-exit", {.out = "constructed: bottom\nconstructed: low\nconstructed: high\n"
                                  "constructor exits\n",
                           .exit_status = 6});
}

// glibc's order since 2.35: a depth-first walk from the library that was loaded last.
TEST_P(Order, Cycles) {
  ExpectRun("order-cycle", {.out = "constructed: 5\nconstructed: 2\nconstructed: 1\n"
                                   "constructed: 3\nconstructed: 4\nmain\n"
                                   "destructed: 4\ndestructed: 3\ndestructed: 1\n"
                                   "destructed: 2\ndestructed: 5\n"});
}

TEST_P(Order, Graph) {
  ExpectRun("order-graph", {.out = "constructed: bottom\nconstructed: low\nconstructed: high\n"
                                   "constructed: side\nmain\ndestructed: side\n"
                                   "destructed: high\ndestructed: low\ndestructed: bottom\n"});
}

TEST_P(Order, PreloadedAfterAllTheRest) {
  const std::string low = Module("liborder-preloaded-low.so");
  const std::string alone = Module("liborder-preloaded.so");
  ExpectRun("order-graph",
            {.out = "constructed: bottom\nconstructed: low\nconstructed: high\n"
                    "constructed: side\nconstructed: preloaded\nconstructed: preloaded-low\n"
                    "main\ndestructed: preloaded-low\ndestructed: preloaded\n"
                    "destructed: side\ndestructed: high\ndestructed: low\n"
                    "destructed: bottom\n"},
            {}, Preloaded(low + ":" + alone));
}

TEST_P(Order, ArgumentsReachConstructors) {
  std::string out;
  for (const char* who : {"library's constructor", "program's constructor", "main"}) {
    out += who;
    out +=
        "\n  argc: 3\n  argument: one\n  argument: \n  argv ends: yes\n"
        "  environ is envp: yes\n  ORDER_TEST: original\n";
  }
  ExpectRun("order-arguments", {.out = out + "changed: changed\n"}, {"one", ""},
            {.environment = {"ORDER_TEST=original"}});
}

std::string StackFacts(const std::string& program, size_t argc) {
  return "stack aligned: yes\nargc: " + std::to_string(argc) + "\nargv[0]: " + program +
         "\nargv[1]: one\nargv ends: yes\nORDER_TEST=original\n"
         "AT_PHDR is the program's: yes\nAT_PHNUM is the program's: yes\nAT_PHENT: 56\n"
         "AT_ENTRY is the program's: yes\nAT_EXECFN names the program: yes\n"
         "AT_BASE is an ELF file or 0: yes\nAT_PAGESZ: 4096\nAT_SECURE: 0\n"
         "hello from a library\n";
}

TEST_P(Order, Stack) {
  ExpectRun("order-stack", {.out = StackFacts("order-stack", 2)}, {"one"},
            {.environment = {"ORDER_TEST=original"}});
}
TEST_P(Order, StackWithEvenArgumentCount) {
  ExpectRun("order-stack", {.out = StackFacts("order-stack", 3)}, {"one", "two"},
            {.environment = {"ORDER_TEST=original"}});
}
TEST_P(Order, StackAtFixedAddress) {
  ExpectRun("order-stack-exec", {.out = StackFacts("order-stack-exec", 2)}, {"one"},
            {.environment = {"ORDER_TEST=original"}});
}
TEST_P(Order, StackWithManyArguments) {
  ExpectRun("order-stack", {.out = StackFacts("order-stack", 10001)},
            std::vector<std::string>(10000, "one"), {.environment = {"ORDER_TEST=original"}});
}

constexpr const char* kModules =
    "module: liborder-tls-First.so\n  path is absolute: yes\n"
    "module: liborder-tls-Second.so\n  path is absolute: yes\n"
    "modules twice: 0\n"
    "first is the program, without a name: yes\n"
    "AT_PHDR is the first's: yes\n"
    "AT_PHNUM is the first's: yes\n"
    "AT_ENTRY is in the first: yes\n"
    "main is in the first: yes\n"
    "libc is there: yes\n"
    "stdout is in one module: yes\n"
    "first's object is in one module: yes\n"
    "first's object is the first's: yes\n"
    "second's object is the second's: yes\n"
    "first's thread-local is the first's: yes\n"
    "second's thread-local is the second's: yes\n"
    "module ids differ: yes\n"
    "modules have been added: yes\n";

TEST_P(Order, IteratePhdr) { ExpectRun("order-phdr", {.out = kModules}); }
TEST_P(Order, IteratePhdrAtFixedAddress) { ExpectRun("order-phdr-exec", {.out = kModules}); }

}  // namespace
}  // namespace signet::test

// SPDX-License-Identifier: MIT
//
// Thread-local storage of libraries that are loaded with dlopen: in older and in newer threads,
// allocated at the first access, freed when the thread ends.
#include <cerrno>

#include "tests/support/capability.h"
#include "tests/support/load_test.h"
#include "tests/support/mount_namespace.h"

namespace signet::test {
namespace {

class DlTls : public LoadTest {
 protected:
  // What a thread finds in the libraries of each access model: initial values, or what it left.
  static std::string Facts(bool initial) {
    std::string facts;
    for (const char* model :
         {"Initial", "InitialOwn", "General", "LocalDynamic", "Descriptor", "DescriptorOwn"}) {
      facts += std::string(model) +
               (initial ? "\n  odd: 3\n  data: 42\n" : "\n  odd: 7\n  data: 142\n") +
               "  pointer's target: 44\n" + (initial ? "  zero: 0\n" : "  zero: 2\n") +
               "  modulo 64: 0\n";
    }
    return facts;
  }
};
SIGNET_DL_WAYS(DlTls);

TEST_P(DlTls, EveryModel) {
  ExpectRun("dltls-models",
            {.out = "-- first thread\n" + Facts(true) + "-- early thread\n" + Facts(true) +
                    "-- late thread\n" + Facts(true) + "-- first thread again\n" + Facts(false)});
}

TEST_P(DlTls, Alignment) {
  std::string facts;
  for (const char* library : {"Line", "Page", "Huge"}) {
    facts += std::string(library) + "\n  first: 1\n  data: 5\n  zero: 0\n  modulo alignment: 0\n";
  }
  facts += "all hold: yes\n";
  ExpectRun("dltls-align-program",
            {.out = "-- first thread\n" + facts + "-- second thread\n" + facts});
}

TEST_P(DlTls, FirstTouchInSignalHandler) {
  ExpectRun("dltls-signal", {.out = "handler and thread see the same: yes\n"});
}
// glibc's own __tls_get_addr allocates with malloc, and may hang.
TEST_P(DlTls, SignalsAtAnyTime) {
  if (!IsSignet(way())) GTEST_SKIP() << "not promised by ld.so";
  ExpectRun("dltls-signal", {.out = "handler and thread see the same: yes\n"}, {"storm"});
}

TEST_P(DlTls, ThousandThreads) {
  ExpectRun("dltls-threads", {.out = "resident memory is level: yes\n"
                                     "address space is level: yes\n"
                                     "each thread had its own: yes\n"});
}

TEST_P(DlTls, ObjectsWithDestructors) {
  const std::string name = "  a thread-local object with a name that needs memory ";
  const std::string constructed = name + "constructed\n  another constructed\n";
  const auto destructed = [&](const std::string& first, const std::string& second) {
    return "  another destructed, used " + second + " times\n" + name + "destructed, used " +
           first + " times\n";
  };
  const std::string value = "  value of the thread, counter 142\n";
  ExpectRun("dltls-objects", {.out = "thread\n" + constructed + destructed("1", "0") + value +
                                     "thread\n" + constructed + destructed("2", "2") + value +
                                     "main\n" + constructed + destructed("3", "3")});
}

TEST_P(DlTls, StaticTlsExhausted) {
  ExpectRun("dltls-exhausted",
            {.out = "libdltls-static-huge.so: cannot allocate memory in static TLS block\n"
                    "static: 1\nthread: 1\ndynamic: 42\nthread: 42\n"});
}

TEST_P(DlTls, MemoryExhausted) {
  ExpectRun("dltls-memory", {.out = "loaded\n",
                             .exit_status = 127,
                             .err = "cannot allocate memory for thread-local data: ABORT\n"});
}

// Initial values reach threads that the kernel does not show.
class DlTlsHiddenThreads : public DlTls {
 protected:
  void ExpectValues(const std::vector<std::string>& denied, const StartOptions& options = {}) {
    std::string out;
    for (const char* title : {"alone", "early thread", "early thread on a stack of its own",
                              "late thread", "first thread"}) {
      out += std::string(title) +
             "\n  odd: 3\n  data: 42\n  pointer's target: 44\n  zero: 0\n  modulo 64: 0\n";
    }
    ExpectRun("dltls-hidden-threads", {.out = out}, denied, options);
  }
};
SIGNET_DL_WAYS(DlTlsHiddenThreads);

TEST_P(DlTlsHiddenThreads, ByAFilter) {
  for (const int error : {EPERM, ENOSYS}) ExpectValues({std::to_string(error)});
}

TEST_P(DlTlsHiddenThreads, WithoutProc) {
  if (!CanMakeMountNamespace())
    SIGNET_SKIP_WITHOUT(kUserns, "mount namespaces cannot be made here");
  const StartOptions without_proc = {
      .environment = {"LD_LIBRARY_PATH=" + ModuleDirectory().string()},  // $ORIGIN needs /proc
      .wrapper = InMountNamespace("mount -t tmpfs none /proc && exec \"$@\"")};
  ExpectValues({}, without_proc);
  ExpectValues({std::to_string(EPERM)}, without_proc);
}

TEST_P(DlTls, DlsymFindsThisThreads) {
  const auto facts = [](const char* dynamic, const char* in_static) {
    return std::string("counter0: yes\n  value: ") + dynamic +
           "\ncounter1: yes\n  value: " + dynamic + "\ncounter_static: yes\n  value: " + in_static +
           "\n";
  };
  ExpectRun("dltls-dlsym",
            {.out = "-- first thread\n" + facts("42", "1") + "-- second thread\n" +
                    facts("42", "1") + "-- first thread again\n" + facts("43", "2")});
}

TEST_P(DlTls, InformationDoesNotAllocate) {
  const std::string facts =
      "has an id: yes\nnot allocated: yes\nnot for dl_iterate_phdr: yes\nallocated: yes\n"
      "for dl_iterate_phdr: yes\n";
  ExpectRun("dltls-info", {.out = "-- first thread\n" + facts + "-- second thread\n" + facts});
}

TEST_P(DlTls, ManyLibraries) { ExpectRun("dltls-many", {.out = "each thread had its own: yes\n"}); }

TEST_P(DlTls, Fork) {
  ExpectRun("dltls-fork", {.out = "thread: 42 1\n"
                                  "child: 43 2\n"
                                  "child, another library: 44 42\n"
                                  "child's thread: 42 42\n"
                                  "thread: 43 2\n"
                                  "main: 42 1\n"});
}

TEST_P(DlTls, DescriptorKeepsRegisters) {
  std::string facts;
  for (const char* sort : {"SSE", "AVX", "AVX-512"}) {
    for (int i = 0; i < 2; ++i) {
      facts += std::string(sort) +
               "\n  general registers kept: yes\n  vector registers kept: yes\n"
               "  masks kept: yes\n  value: 77\n";
    }
  }
  ExpectRun("dltls-registers", {.out = facts});
}

class DlTlsSurplus : public LoadTest {};
INSTANTIATE_TEST_SUITE_P(, DlTlsSurplus, testing::Values(Way::kCommand), WayName);

TEST_P(DlTlsSurplus, IsAsLargeAsWanted) {
  ExpectRun("dltls-exhausted", {.out = "huge: loaded\n"}, {},
            {.loader_options = {"--tls-surplus=8192"}});
}

TEST_P(DlTlsSurplus, MayBeNone) {
  const RunResult result =
      Start(way(), Module("dltls-exhausted"), {}, {.loader_options = {"--tls-surplus", "0"}});
  EXPECT_EQ(result.exit_status, 1);
  EXPECT_NE(result.out.find("libdltls-static.so: cannot allocate memory in static TLS block\n"),
            std::string::npos)
      << result;
}

TEST_P(DlTlsSurplus, IsANumber) {
  for (const char* value : {"", "many", "-1", "0x10"}) {
    ExpectRun("hello",
              {.exit_status = 127,
               .err = std::string("ld-signet: not a number of bytes in --tls-surplus: ") + value},
              {}, {.loader_options = {"--tls-surplus", value}});
  }
  ExpectRun("hello",
            {.exit_status = 127,
             .err = "ld-signet: more than 1073741824 bytes in --tls-surplus: 1073741825\n"},
            {}, {.loader_options = {"--tls-surplus=1073741825"}});
}

// Sanitizers look for pointers in what they know of: memory that a thread-local variable points to
// is no leak.
class DlLeak : public LoadTest {};
SIGNET_DL_WAYS(DlLeak);

TEST_P(DlLeak, ThreadLocalVariablesAreRoots) {
  for (const char* sanitizer : {"leak", "address"})
    ExpectRun(std::string("dl/leak-") + sanitizer, {.out = "end\n"}, {Module("dl/libleak.so")});
}

// Not before the sanitizer's constructor has run. Those of gcc 10 would end the process.
TEST_P(DlLeak, RootsAreNotSaidTooEarly) {
  ExpectRun("dl/leak-checked", {.out = "end\n"}, {Module("dl/libleak.so")});
}

}  // namespace
}  // namespace signet::test

// SPDX-License-Identifier: MIT
//
// Programs for musl, built here by musl-gcc, with musl's own interpreter as the oracle.
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/support/capability.h"
#include "tests/support/load_test.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLibrary = R"(
#include <stdio.h>
__thread int t_library = 40;
int data = 7;
__attribute__((constructor)) static void begin(void) { puts("library begins"); }
__attribute__((destructor)) static void end(void) { puts("library ends"); }
int add(int n) { return t_library += n; }
)";

constexpr const char* kPlugin = R"(
int add(int);
static __thread int calls = 99;
int plug(int n) { return add(n) + ++calls; }
)";

constexpr const char* kProgram = R"(
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
extern __thread int t_library;
extern int data;
int add(int);
static __thread char big[5000] = "big";
__attribute__((constructor)) static void begin(void) { puts("program begins"); }
__attribute__((destructor)) static void end(void) { puts("program ends"); }
static void at_exit(void) { puts("at exit"); }
static void* work(void* n) {
  big[0] = 'B';
  return (void*)(long)add((int)(long)n);
}
int main(int argc, char** argv) {
  atexit(at_exit);
  printf("%d arguments, %s\n", argc, getenv("GREETING") ? getenv("GREETING") : "no greeting");
  printf("%d\n", add(2));
  printf("%d %d %s\n", t_library, data, big);
  for (long n = 1; n <= 4; ++n) {
    pthread_t thread;
    void* result;
    if (pthread_create(&thread, NULL, work, (void*)n)) return 1;
    pthread_join(thread, &result);
    printf("thread: %ld\n", (long)result);
  }
  printf("%s\n", big);
  void* plugin = dlopen("libplugin.so", RTLD_NOW);
  int (*plug)(int) = plugin ? (int (*)(int))dlsym(plugin, "plug") : NULL;
  printf("plugged in: %d\n", plug ? plug(1) : -1);
  printf("nothing: %d\n", dlopen("libnothing.so", RTLD_NOW) == NULL && dlerror() != NULL);
  char* copy = strdup("allocated");
  printf("%s\n", copy);
  free(copy);
  return 5;
}
)";

constexpr const char* kMallocs = R"(
#include <stdio.h>
#include <stdlib.h>
#ifdef REPLACED
static _Alignas(16) char pool[1 << 20];
static size_t used;
void* malloc(size_t size) { return pool + (used += (size + 31) / 16 * 16); }
void free(void* block) {}
#endif
int main(void) {
  void* (*volatile align)(size_t, size_t) = aligned_alloc;
  puts(align(64, 64) != NULL ? "aligned" : "refused");
  return 0;
}
)";

constexpr const char* kStaticTlsPlugin = R"(
static __thread int calls __attribute__((tls_model("initial-exec"))) = 41;
int plug(void) { return ++calls; }
)";

// Opens the plugin. With an argument there is another thread by then.
constexpr const char* kStaticTlsProgram = R"(
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
static int (*plug)(void);
static void* wait(void* unused) {
  for (;;) pause();
  return unused;
}
static void* call(void* unused) {
  printf("thread: %d\n", plug());
  return unused;
}
int main(int argc, char** argv) {
  pthread_t thread;
  if (argc > 1) pthread_create(&thread, NULL, wait, NULL);
  void* plugin = dlopen("libstatictls.so", RTLD_NOW);
  if (!plugin) {
    puts(strrchr(dlerror(), '/') + 1);
    return 1;
  }
  plug = (int (*)(void))dlsym(plugin, "plug");
  printf("main: %d\n", plug());
  pthread_create(&thread, NULL, call, NULL);
  pthread_join(thread, NULL);
  return 0;
}
)";

class MuslPrograms : public testing::TestWithParam<Way> {
 protected:
  void SetUp() override {
    if (const std::string reason = MissingProgramReason("musl-gcc"); !reason.empty()) {
      SIGNET_SKIP_WITHOUT(kPrograms, reason);
    }
    Write("library.c", kLibrary);
    Write("program.c", kProgram);
    fs::create_directory(directory_ / "lib");
    Write("plugin.c", kPlugin);
    Build({"-shared", "-fPIC", "-o", "lib/libmusltest.so", "library.c"});
    Build({"-shared", "-fPIC", "-o", "lib/libplugin.so", "plugin.c"});
  }

  void Write(const char* name, const char* text) const { std::ofstream(directory_ / name) << text; }

  void Build(std::vector<std::string> args) const {
    args.insert(args.begin(), {"/usr/bin/env", "musl-gcc", "-O1"});
    const RunResult result = RunProgram(args, BaseEnvironment(), {.directory = directory_.path()});
    ASSERT_EQ(result.exit_status, 0) << result;
  }

  void ExpectRuns(const StartOptions& options, const std::string& greeting) const {
    const RunResult result = Start(GetParam(), directory_ / "program", {"a"}, options);
    EXPECT_EQ(result.exit_status, 5) << result;
    EXPECT_EQ(result.err, "");
    EXPECT_EQ(result.out,
              "library begins\nprogram begins\n2 arguments, " + greeting +
                  "\n42\n42 7 big\nthread: 41\nthread: 42\nthread: 43\nthread: 44\nbig\n"
                  "plugged in: 143\nnothing: 1\n"
                  "allocated\nat exit\nprogram ends\nlibrary ends\n");
  }

  TemporaryDirectory directory_;
};
SIGNET_EVERY_WAY(MuslPrograms);

TEST_P(MuslPrograms, RunsWithALibraryByItsRunpath) {
  Build({"-o", "program", "program.c", "-Llib", "-lmusltest", "-Wl,-rpath,$ORIGIN/lib"});
  ExpectRuns({}, "no greeting");
}

TEST_P(MuslPrograms, RunsWithALibraryOfTheLibraryPath) {
  Build({"-o", "program", "program.c", "-Llib", "-lmusltest"});
  ExpectRuns(
      {.environment = {"LD_LIBRARY_PATH=" + (directory_ / "lib").string(), "GREETING=hello"}},
      "hello");
}

TEST_P(MuslPrograms, RunsAtAFixedAddress) {
  Build({"-no-pie", "-fno-pie", "-o", "program", "program.c", "-Llib", "-lmusltest",
         "-Wl,-rpath,$ORIGIN/lib"});
  ExpectRuns({}, "no greeting");
}

// musl's interpreter asks whether the program replaces malloc, and whether aligned_alloc, too:
// memory of the one must not reach the other's free.
TEST_P(MuslPrograms, ReplacesMalloc) {
  Write("malloc.c", kMallocs);
  Build({"-fno-builtin", "-DREPLACED", "-rdynamic", "-o", "replaced", "malloc.c"});
  Build({"-fno-builtin", "-o", "kept", "malloc.c"});
  EXPECT_EQ(Start(GetParam(), directory_ / "replaced").out, "refused\n");
  EXPECT_EQ(Start(GetParam(), directory_ / "kept").out, "aligned\n");
}

// musl has no lists of its threads for others.
TEST_P(MuslPrograms, PlacesStaticTlsWhileThereIsOneThread) {
  if (!IsSignet(GetParam())) GTEST_SKIP() << "musl refuses initial-exec code in a dlopen";
  Write("static.c", kStaticTlsPlugin);
  Write("program.c", kStaticTlsProgram);
  Build({"-shared", "-fPIC", "-o", "lib/libstatictls.so", "static.c"});
  Build({"-o", "program", "program.c", "-Wl,-rpath,$ORIGIN/lib"});
  RunResult result = Start(GetParam(), directory_ / "program");
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_EQ(result.out, "main: 42\nthread: 42\n");
  result = Start(GetParam(), directory_ / "program", {"threads"});
  EXPECT_EQ(result.exit_status, 1) << result;
  EXPECT_EQ(result.out, "libstatictls.so: cannot allocate memory in static TLS block\n");
}

// Debian's path file names /lib/x86_64-linux-musl. The test puts its library there if it is allowed
// to.
TEST_P(MuslPrograms, SearchesThePathFile) {
  fs::create_directory(directory_ / "plugins");
  fs::copy_file(directory_ / "lib/libplugin.so", directory_ / "plugins/libplugin.so");
  const fs::path home = "/usr/lib/x86_64-linux-musl";
  const std::string name =
      "signet-test-" + std::to_string(getpid());  // the ways may run at the same time
  const std::string soname = "lib" + name + ".so";
  const fs::path installed = home / soname;
  Build({"-shared", "-fPIC", "-Wl,-soname," + soname, "-o", "lib/" + soname, "library.c"});
  std::error_code error;
  fs::copy_file(directory_ / "lib" / soname, installed, fs::copy_options::overwrite_existing,
                error);
  if (error) SIGNET_SKIP_WITHOUT(kRoot, installed << ": " << error.message());
  Build({"-o", "program", "program.c", "-Llib", "-l" + name});
  ExpectRuns({.environment = {"LD_LIBRARY_PATH=" + (directory_ / "plugins").string()}},
             "no greeting");
  fs::remove(installed, error);
}

}  // namespace
}  // namespace signet::test

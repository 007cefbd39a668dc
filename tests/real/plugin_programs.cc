// SPDX-License-Identifier: MIT
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tests/real/real_programs.h"

namespace signet::test {
namespace {

constexpr const char* kIconv =
    R"(printf '\346\227\245\346\234\254\350\252\236 abc\n' >japanese; printf 'Gr\303\274\303\237e 42\n' >german)";

constexpr const char* kCertificate =
    "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 "
    "-subj /CN=localhost -addext subjectAltName=DNS:localhost 2>log";

RealCase Preloading(const char* name, const std::string& library) {
  return {
      .name = std::string("preload_") + name,
      .setup = {},
      .steps = {{"python3", "{data}/preloaded.py"},
                {"perl", "-e",
                 "print join(',', map { $_ * 2 } grep { $_ % 3 } 1 .. 50000) =~ tr/,//"},
                {"sort", "--parallel=4", "-u", "-o", "sorted", "/usr/share/common-licenses/GPL-3"}},
      .package = library,
      .exercised = "preloaded",
      .needs = {library, "python3"},
      .environment = {"LD_PRELOAD=" + library}};
}

RealCase LinkedAgainst(const char* name, const std::string& library) {
  return {.name = std::string("linked_") + name,
          .setup = "g++ -O1 -pthread -o main {data}/allocate.cc -Wl,--no-as-needed " + library,
          .steps = {{"./main"}},
          .package = library,
          .exercised = "linked with a program",
          .needs = {library}};
}

RealCase Sanitized(const char* name, const std::string& options, const char* fault,
                   const std::string& compiler = "g++",
                   const std::vector<std::string>& needs = {}) {
  return {.name = std::string("sanitized_") + name,
          .setup = compiler + " " + options + " -g -O1 -pthread -o main {data}/sanitized.cc",
          .steps = {{"./main"}, {"./main", fault}},
          .package = "/usr/bin/" + compiler,
          .exercised = "sanitizer: " + std::string(name),
          .needs = needs};
}

RealCase SanitizedByClang(const char* name, const std::string& options, const char* fault) {
  return Sanitized(name, options, fault, "clang++", {"/usr/bin/clang++", "libclang-rt-dev"});
}

// One step each for a caught panic, an uncaught one, and one during another. The program itself
// reads what is on standard error.
RealCase Panics(const char* name, const std::string& options) {
  return {.name = std::string("rust_") + name,
          .setup = "rustc " + options +
                   " --crate-type cdylib -o libpanics_plugin.so {data}/panics-plugin.rs && rustc " +
                   options + " -o main {data}/panics.rs",
          .steps = {{"./main"}, {"./main", "uncaught"}, {"./main", "twice"}},
          .package = "rustc",
          .exercised = std::string(name),
          .needs = {"rustc"},
          .environment = {"RUST_BACKTRACE=1"}};
}

std::vector<RealCase> MakeCases() {
  const std::string libraries = "/usr/lib/x86_64-linux-gnu/";
  const std::string jemalloc = libraries + "libjemalloc.so.2";
  const std::string tcmalloc = libraries + "libtcmalloc_minimal.so.4";
  std::string mimalloc = libraries + "libmimalloc.so.3";
  if (!std::filesystem::exists(mimalloc)) mimalloc = libraries + "libmimalloc.so.2";
  std::vector<RealCase> cases = {
      {.name = "perl_modules",
       .setup = "",
       .steps = {{"perl", "{data}/modules.pl"}},
       .package = "perl",
       .exercised = "a dozen XS modules"},
      {.name = "perl_dbi",
       .setup = "",
       .steps = {{"perl", "{data}/dbi.pl"}},
       .package = "perl",
       .exercised = "DBI with SQLite",
       .needs = {"libdbi-perl", "libdbd-sqlite3-perl"}},
      {.name = "iconv",
       .setup = kIconv,
       .steps = {{"iconv", "-f", "UTF-8", "-t", "EUC-JISX0213", "japanese"},
                 {"iconv", "-f", "UTF-8", "-t", "ISO-2022-JP-3", "japanese"},
                 {"iconv", "-f", "UTF-8", "-t", "SHIFT_JISX0213", "japanese"},
                 {"iconv", "-f", "UTF-8", "-t", "GB18030", "japanese"},
                 {"iconv", "-f", "UTF-8", "-t", "IBM1047", "german"},
                 {"iconv", "-f", "UTF-8", "-t", "EBCDIC-AT-DE-A", "german"},
                 {"iconv", "-f", "UTF-8", "-t", "UTF-7", "german"},
                 {"iconv", "-f", "UTF-8", "-t", "ASCII//TRANSLIT", "german"},
                 {"iconv", "-f", "UTF-8", "-t", "KOI8-R", "japanese"},
                 {"iconv", "-f", "UTF-8", "-t", "NO-SUCH", "german"}},
       .package = "libc-bin",
       .exercised = "iconv between rare encodings"},
      {.name = "getent",
       .setup = "",
       .steps = {{"getent", "passwd", "root"},
                 {"getent", "group", "daemon"},
                 {"getent", "services", "https"},
                 {"getent", "protocols", "tcp"},
                 {"getent", "hosts", "127.0.0.1"},
                 {"getent", "ahostsv4", "localhost"},
                 {"getent", "-s", "compat", "passwd", "root"},
                 {"getent", "-s", "hesiod", "passwd", "nobody"},
                 {"getent", "passwd", "no-such-user"}},
       .package = "libc-bin",
       .exercised = "NSS services"},
      {.name = "nss_myhostname",
       .setup = "",
       .steps = {{"getent", "-s", "myhostname", "hosts", "localhost"},
                 {"getent", "-s", "myhostname", "ahosts", "sub.localhost"}},
       .package = "libnss-myhostname",
       .exercised = "an NSS module",
       .needs = {"libnss-myhostname"}},
      {.name = "node_workers",
       .setup = "",
       .steps = {{"node", "{data}/workers.js"}},
       .package = "nodejs",
       .exercised = "worker threads"},
      {.name = "node_addon",
       .setup = "g++ -shared -fPIC -O1 -o addon.node {data}/addon.cc",
       .steps = {{"node", "{data}/addon.js"}},
       .package = "nodejs",
       .exercised = "an addon"},
      {.name = "lua",
       .setup = "gcc -shared -fPIC -O1 -o counter.so {data}/lua-counter.c",
       .steps = {{"lua5.4", "{data}/counter.lua"}},
       .package = "lua5.4",
       .exercised = "a module in C"},
      {.name = "tcl",
       .setup = "gcc -shared -fPIC -O1 -o libextension.so {data}/tcl-extension.c",
       .steps = {{"tclsh", "{data}/extension.tcl"}},
       .package = "/usr/bin/tclsh",
       .exercised = "an extension in C"},
      {.name = "unwinding",
       .setup = "g++ -O1 -rdynamic -pthread -o main {data}/unwind.cc -ldl && "
                "g++ -O1 -shared -fPIC -o libplugin.so {data}/unwind-plugin.cc",
       .steps = {{"./main"}},
       .package = "libstdc++6",
       .exercised = "exceptions, cancellation, backtrace, through a plug-in"},
      {.name = "libunwind",
       .setup =
           "gcc -O1 -shared -fPIC -o liblibrary.so {data}/libunwind-library.c && "
           "gcc -O1 -shared -fPIC -o libplugin.so {data}/libunwind-plugin.c && "
           "gcc -O1 -rdynamic -pthread -o main {data}/libunwind.c ./liblibrary.so -lunwind -ldl "
           "-Wl,-rpath,{dir}",
       .steps = {{"./main"}},
       .package = "libunwind8",
       .exercised = "unwinding through a plug-in, libc and a signal handler",
       .needs = {"libunwind-dev"}},
      Panics("panics", "-O"),
      Panics("panics_shared", "-O -C prefer-dynamic"),
      Panics("panics_abort", "-O -C panic=abort"),
      Preloading("jemalloc", jemalloc),
      Preloading("tcmalloc", tcmalloc),
      Preloading("mimalloc", mimalloc),
      LinkedAgainst("jemalloc", jemalloc),
      LinkedAgainst("tcmalloc", tcmalloc),
      LinkedAgainst("mimalloc", mimalloc),
      {.name = "malloc_debug",
       .setup = "gcc -O1 -o main {data}/malloc-debug.c",
       .steps = {{"./main"}, {"./main", "overflow"}},
       .package = "libc6",
       .exercised = "glibc's malloc for debugging, preloaded",
       .environment = {"LD_PRELOAD=libc_malloc_debug.so.0", "MALLOC_CHECK_=3"}},
      {.name = "fakeroot",
       .setup = "touch file; ln file link",
       .steps = {{"id", "-u"},
                 {"chown", "12:34", "file"},
                 {"tar", "--mtime=@0", "-cf", "all.tar", "file"},
                 {"tar", "--numeric-owner", "-tvf", "all.tar"},
                 {"python3", "-c",
                  "import os; os.mknod('node', 0o20600, os.makedev(1, 3)); "
                  "print(os.stat('node').st_rdev, os.path.exists('/proc/self'))"}},
       .package = "fakeroot",
       .exercised = "id, chown, tar, mknod in it",
       .needs = {"fakeroot", "python3"},
       .wrapper = {"/usr/bin/fakeroot", "--"}},
      {.name = "eatmydata",
       .setup = "",
       .steps = {{"sqlite3", "file.db",
                  "create table t(n); insert into t values(1); select * from t"},
                 {"dd", "if=/dev/zero", "of=file", "bs=1k", "count=4", "conv=fsync", "status=none"},
                 {"python3", "-c",
                  "import os; print(os.fsync(1), 'eatmydata' in open('/proc/self/maps').read())"}},
       .package = "eatmydata",
       .exercised = "sqlite3, dd, python in it",
       .needs = {"eatmydata", "python3", "sqlite3"},
       .wrapper = {"/usr/bin/eatmydata", "--"}},
      {.name = "faketime",
       .setup = "",
       .steps =
           {{"date", "+%F"},
            {"perl", "-e", "print scalar(gmtime), qq(\\n) =~ /2001/"},
            {"python3", "-c",
             "import datetime, threading; print(datetime.date.today()); t = "
             "threading.Thread(target=lambda: print(datetime.date.today())); t.start(); t.join()"}},
       .package = "faketime",
       .exercised = "date, perl, python in it",
       .needs = {"faketime", "python3"},
       .wrapper = {"/usr/bin/faketime", "-f", "2001-02-03 04:05:06"}},
      Sanitized("address", "-fsanitize=address", "free"),
      Sanitized("thread", "-fsanitize=thread", "race"),
      Sanitized("undefined", "-fsanitize=undefined -fno-sanitize-recover=all", "stack"),
      SanitizedByClang("clang_address", "-fsanitize=address", "free"),
      SanitizedByClang("clang_address_shared",
                       "-fsanitize=address -shared-libasan -Wl,-rpath,$(dirname $(clang++ "
                       "-print-file-name=libclang_rt.asan-x86_64.so))",
                       "free"),
      SanitizedByClang("clang_thread", "-fsanitize=thread", "race"),
  };
  for (const char* subject :
       {"ctypes", "databases", "formats", "network", "processes", "terminal"}) {
    cases.push_back({.name = std::string("python_") + subject,
                     .setup = std::string_view(subject) == "network" ? kCertificate : "",
                     .steps = {{"python3", std::string("{data}/python-") + subject + ".py"}},
                     .package = "python3",
                     .exercised = std::string(subject)});
  }
  return cases;
}

}  // namespace

const std::vector<RealCase>& PluginCases() {
  static const std::vector<RealCase> cases = MakeCases();
  return cases;
}

}  // namespace signet::test

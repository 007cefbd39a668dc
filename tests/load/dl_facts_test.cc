// SPDX-License-Identifier: MIT
//
// What a program learns about its modules: dladdr, dlinfo, struct link_map, dl_iterate_phdr,
// _dl_find_object.
#include "tests/load/dl_script.h"

namespace signet::test {
namespace {

class DlFacts : public DlTest {};
SIGNET_DL_WAYS(DlFacts);

TEST_P(DlFacts, Addresses) {
  for (const std::string name : {"dladdr", "dladdr-exec"}) {
    const std::string library = InDl("libdladdr.so");
    const std::string program = InDl(name);
    ExpectProgram(name, {},
                  "function: 1 " + library +
                      " PublicFunction ELF +0\n"
                      "inside: 1 " +
                      library +
                      " PublicFunction ELF +1\n"
                      "object: 1 " +
                      library +
                      " g_object ELF +0\n"
                      "element: 1 " +
                      library +
                      " g_object ELF +8\n"
                      "own function: 1 " +
                      library +
                      " (no name) ELF\n"
                      "null: 0\nstack: 0\nheap: 0\n"
                      "program's function: 1 " +
                      program +
                      " OfProgram ELF +0\n"
                      "program's object: 1 " +
                      program +
                      " g_of_program ELF +0\n"
                      "libc: 1 puts\n"
                      "symbol: 1, size 16, type 1, its value\n"
                      "map: 1, the handle, its address\n"
                      "no symbol: 1, null\n"
                      "program: 1, the handle\n");
  }
}

TEST_P(DlFacts, Information) {
  const std::string directory = InDl("");
  const std::string own = directory.substr(0, directory.size() - 1);
  const std::string system = "  and the system's\n";
  // For the library and for the program. The directories of LD_LIBRARY_PATH come first.
  for (const std::string path : {"", "/usr"}) {
    StartOptions options;
    if (!path.empty()) options.environment = {"LD_LIBRARY_PATH=" + path};
    const std::string first = path.empty() ? "" : "  " + path + "\n";
    const std::string start =
        "map: 0 the handle\norigin: 0 " + own + "\nnamespace: 0 0\nheaders: some\n";
    ExpectProgram("dlinfo", {},
                  start + "tls: 0 an id 0 no block\nsearch: same size\n" + first + "  " + own +
                      "/place-1\n  " + own + "\n" + system + "tls: 0 an id 0 its block\n" +
                      "tls: 0 no id 0 no block\n" + start +
                      "tls: 0 no id 0 no block\nsearch: same size\n" + first + "  " + own + "\n" +
                      system + "unknown: -1 unsupported dlinfo request\n",
                  options);
  }
}

TEST_P(DlFacts, SearchListIsTheSystems) {
  const RunResult result = ExpectSameAsSystem(InDl("dlinfo"), {"list"});
  EXPECT_NE(result.out.find("/usr/lib\n"), std::string::npos) << result;
}

// For the library, and for the program if it was found by a path.
TEST_P(DlFacts, OriginOutlivesAChangeOfDirectory) {
  const std::string own = InDl("");
  const std::string origin = own.substr(0, own.size() - 1);
  ExpectScript({"chdir " + origin, "open r ../dl/libvisible-a.so", "chdir /", "origin r"},
               "open: ok\norigin: " + origin + "/../dl\n");
}

TEST_P(DlFacts, VdsoHasAHandle) {
  ExpectScript({"open v linux-vdso.so.1 NOLOAD", "find v __vdso_clock_gettime",
                "find v clock_gettime LINUX_2.6", "find v nothing_there", "open w linux-vdso.so.1",
                "same v w", "open g linux-vdso.so.1 GLOBAL", "close v", "close w", "close g",
                "count linux-vdso.so.1"},
               "open: ok\n__vdso_clock_gettime: found\nclock_gettime: found\n"
               "nothing_there: linux-vdso.so.1: undefined symbol: nothing_there\nopen: ok\nsame\n"
               "open: ok\nclose: ok\nclose: ok\nclose: ok\ncount: 1\n");
}

TEST_P(DlFacts, ChainOfModules) {
  ExpectProgram("chain", {},
                "before: absent\nfirst: \"\", adds: +1\nhandle: the map\n"
                "name: " +
                    InDl("libstate.so") +
                    "\n"
                    "back: yes\nlast: yes\nsoname: there\niterate: 3\nname: the same\n"
                    "address: the same\nheaders: right\n");
}

TEST_P(DlFacts, InsideOfIterate) {
  ExpectProgram("iterate", {},
                "opened: visible-a, dladdr: 1\ninner: some\ndlclose: 0, dlsym: found\n"
                "iterate: 0, some\n");
}

TEST_P(DlFacts, FindObject) {
  ExpectProgram("find-object", {},
                "library: 0 its map, inside, frames\nits data: 0 its map, inside, frames\n"
                "program: 0 its map, inside, frames\nheap: -1\nnull: -1\n");
}

}  // namespace
}  // namespace signet::test

// SPDX-License-Identifier: MIT
//
// dlopen over time: constructors and destructors, and the dl family called by them; threads,
// processes, many repetitions; C++ plugins.
#include "tests/load/dl_script.h"
#include "tests/support/converter.h"

namespace signet::test {
namespace {

const std::string kReaders = "iterate: some\nfind: 0\nthread-local: 3\n";

class DlLife : public DlTest {};
SIGNET_DL_WAYS(DlLife);

TEST_P(DlLife, ArgumentsOfConstructors) {
  ExpectScript({"open a libarguments.so"},
               "argc: 2, argv: script open a libarguments.so, environ: the same\nopen: ok\n");
}

TEST_P(DlLife, ConstructorsRunOnce) {
  ExpectScript({"open a libalone.so", "open b libalone.so", "close b"},
               "+ alone\nopen: ok\nopen: ok\nclose: ok\n- alone\n");
}

TEST_P(DlLife, ConstructorsOfWhatIsNew) {
  ExpectScript({"open b libbottom.so", "open t libtop.so"},
               "+ bottom\nopen: ok\n+ right\n+ left\n+ top\nopen: ok\n"
               "- top\n- left\n- right\n- bottom\n");
}

TEST_P(DlLife, OpenInConstructor) {
  ExpectScript({"open o libopener-constructor.so", "call o AskOpener"},
               "constructor: deep\nopen: ok\nAskOpener: deep\n");
}

TEST_P(DlLife, OpenInConstructorOfALinkedLibrary) {
  ExpectProgram("script-constructor", {"call default AskOpener", "count libdeep.so"},
                "constructor: deep\nAskOpener: deep\ncount: 1\n");
}

TEST_P(DlLife, OpenOfItselfInConstructor) {
  ExpectScript({"open s libself.so", "call s AskSelf", "count libself.so"},
               "constructor: self\nopen: ok\nAskSelf: self\ncount: 1\n");
}

// The library was loaded at start, and its own constructor has not run yet.
TEST_P(DlLife, OpenInConstructorOfWhatWaits) {
  ExpectProgram("script-early", {"call default AskEarly"},
                "+ early\nconstructor: early\nAskEarly: early\n- early\n");
}

TEST_P(DlLife, ExitInConstructor) {
  ExpectRun("dl/script", {.out = "+ bottom\n+ exit\n- exit\n- bottom\n", .exit_status = 3},
            {"open x libexit-top.so"});
  // Before libc knows of the destructors.
  ExpectRun("dl/script-exit", {.out = "+ bottom\n+ exit\n", .exit_status = 3});
}

TEST_P(DlLife, OpenInDestructor) {
  ExpectScript({"open o libopener-destructor.so"}, "open: ok\ndestructor: deep\n");
}

TEST_P(DlLife, CloseInDestructor) {
  ExpectScript({"open o libcloser.so"}, "open: ok\nvisible-a\ndlclose: 0\n");
}

TEST_P(DlLife, ThreadsOpenTheSame) {
  for (int i = 0; i < 5; ++i) ExpectProgram("threads", {"1"}, "good: 8\n");
}

TEST_P(DlLife, ThreadsOpenMany) { ExpectProgram("threads", {"200"}, "good: 1600\n"); }

TEST_P(DlLife, ReadersDoNotWaitForConstructors) {
  ExpectProgram("readers", {}, kReaders + "dlinfo: 0\ndlopen: ok\n");
  if (!IsSignet(way())) return;  // ld.so's dladdr waits
  ExpectProgram("readers", {}, kReaders + "dlinfo: 0\ndladdr: 1\ndlopen: ok\n",
                {.environment = {"DLADDR=1"}});
}

// It is libc that opens the library: its lock, too, is one that readers do not wait for.
TEST_P(DlLife, ReadersDoNotWaitForConstructorsBelowLibc) {
  const Converter converter("READERS", Module("dl/libreaders.so"));
  ExpectProgram("readers", {"READERS"}, kReaders + "iconv: ok\n",
                {.environment = {converter.variable()}});
}

TEST_P(DlLife, ForkWhileAnotherThreadOpens) {
  if (!IsSignet(way())) GTEST_SKIP() << "ld.so's lock may stay taken in the child";
  ExpectProgram("fork", {}, "good: 50\n");
}

TEST_P(DlLife, ForkWaitsForASlowOpen) {
  if (!IsSignet(way())) GTEST_SKIP() << "ld.so's lock may stay taken in the child";
  ExpectProgram("fork-slow", {}, "child: 0, library: open\n");
}

TEST_P(DlLife, ClosedLibraryKeepsItsState) {
  if (Unloads(way())) GTEST_SKIP() << "it is unloaded";
  ExpectScript({"open a libstate.so", "call a Count", "close a", "open b libstate.so", "same a b",
                "call b Count"},
               "open: ok\nCount: 1\nclose: ok\nopen: ok\nsame\nCount: 2\n");
}

// A module that is closed counts as gone where its file, or that of a library which it needs, is
// another one by now.
TEST_P(DlLife, ReplacedFiles) {
  const TemporaryDirectory directory;
  ExpectProgram("reload", {directory.path().string(), InDl("reload-1"), InDl("reload-2")},
                "first: 11\nagain: 11\nreplaced: 21\nreplaced, global: 21\n"
                "needed replaced: 22\nchanged in place: 12\nreplaced while open: 12\n"
                "what it needs is still open: 22\nand now closed: 21\n"
                "libreload.so: cannot open shared object file: No such file or directory\n");
}

TEST_P(DlLife, ReplacedFilesOfWhatTheProgramNeeds) {
  const TemporaryDirectory directory;
  ExpectProgram("reload",
                {directory.path().string(), InDl("reload-1"), InDl("reload-2"), "default"},
                "first: 11\nagain: 11 11\nreplaced: 11\nreplaced, global: 11 11\n"
                "needed replaced: 11 11\nchanged in place: 11\nreplaced while open: 11\n"
                "what it needs is still open: 11\nand now closed: 11\ngone: 11\n");
}

// A second copy of the program is no library. Only its soname means itself.
TEST_P(DlLife, OpenOfTheProgram) {
  const std::string rest = "path, not loaded: no\nsoname: opened\n";
  ExpectProgram("itself", {InDl("itself")},
                "path: cannot dynamically load position-independent executable\n" + rest);
  ExpectProgram("itself-exec", {InDl("itself-exec")},
                "path: cannot dynamically load executable\n" + rest);
}

TEST_P(DlLife, RoundsGrowNothing) {
  ExpectProgram("loop",
                {"20000", "libvisible-a.so", "good", "libvisible-b.so", "noload", "libno.so", "bad",
                 "libmissing-deep.so", "bad", "libundefined-deep.so", "bad"},
                "grown: 0 kB\ngrown: 0 kB\ngrown: 0 kB\ngrown: 0 kB\ngrown: 0 kB\n");
}

TEST_P(DlLife, CxxPlugin) {
  ExpectProgram("cxx", {},
                "caught: of the library\ncaught: 5\ncaught: int 2\ninside: 4\nthreads: 44\n"
                "text: a string\ndlclose: 0\n");
}

TEST_P(DlLife, CxxPluginOfACProgram) {
  ExpectScript({"open p libcxx-plugin.so", "call p Text", "call p ThrowAndCatch", "close p"},
               "open: ok\nText: a string\nThrowAndCatch: of the library\nclose: ok\n");
}

}  // namespace
}  // namespace signet::test

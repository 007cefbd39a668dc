// SPDX-License-Identifier: MIT
//
// dlopen, dlclose and dlsym: which name opens which module, which modules see whose symbols, and
// which definition is found.
#include "tests/load/dl_script.h"

namespace signet::test {
namespace {

class Dl : public DlTest {
 protected:
  const std::string script_ = InDl("script");
  // How an error about a library begins.
  static std::string Of(const std::string& name) { return InDl(name) + ": "; }
};
SIGNET_DL_WAYS(Dl);

// libc loads the runtime's modules. Their own DT_RUNPATH finds their dependencies, as in any
// module.
TEST_P(Dl, RunpathOfTheRuntime) {
  ExpectScript({"open m " + Module("deps/libmiddle-private.so").string(), "call m Middle"},
               "open: ok\nMiddle: program\n");
}

// Visibility.

TEST_P(Dl, LocalIsNotFoundByOthers) {
  ExpectScript({"open a libvisible-a.so", "call a OnlyA", "call default OnlyA",
                "open u libuses-a.so", "open p -", "call p OnlyA"},
               "open: ok\n"
               "OnlyA: visible-a\n"
               "OnlyA: " +
                   script_ +
                   ": undefined symbol: OnlyA\n"
                   "open: " +
                   Of("libuses-a.so") +
                   "undefined symbol: OnlyA\n"
                   "open: ok\n"
                   "OnlyA: " +
                   script_ + ": undefined symbol: OnlyA\n");
}

TEST_P(Dl, GlobalIsFoundByLaterLibraries) {
  ExpectScript({"open a libvisible-a.so GLOBAL", "call default OnlyA", "open u libuses-a.so",
                "call u AskA", "open p -", "call p OnlyA"},
               "open: ok\nOnlyA: visible-a\nopen: ok\nAskA: visible-a\nopen: ok\n"
               "OnlyA: visible-a\n");
}

TEST_P(Dl, CopyRelocationOfALibrary) {
  ExpectScript({"open a libcopied.so GLOBAL", "open b libcopying.so", "read b g_slot"},
               "open: ok\nopen: ok\ng_slot: 42\n");
}

TEST_P(Dl, LazyOpensAsWell) {
  ExpectScript({"open a libvisible-a.so LAZY", "call a OnlyA", "open b libvisible-b.so LAZY GLOBAL",
                "call default OnlyB"},
               "open: ok\nOnlyA: visible-a\nopen: ok\nOnlyB: visible-b\n");
}

TEST_P(Dl, FirstGlobalComesFirst) {
  ExpectScript(
      {"open b libvisible-b.so GLOBAL", "open a libvisible-a.so GLOBAL", "open u libuses-common.so",
       "call u AskCommon", "call default Common", "call a Common"},
      "open: ok\nopen: ok\nopen: ok\nAskCommon: visible-b\nCommon: visible-b\n"
      "Common: visible-a\n");
}

TEST_P(Dl, GlobalMakesDependenciesGlobal) {
  ExpectScript({"open t libleft.so GLOBAL", "call default OnlyLeft", "call default OnlyBottom"},
               "+ bottom\n+ left\nopen: ok\nOnlyLeft: left\nOnlyBottom: bottom\n"
               "- left\n- bottom\n");
}

TEST_P(Dl, PromotedBySecondOpen) {
  ExpectScript(
      {"open a libvisible-a.so LOCAL", "open g libvisible-a.so GLOBAL", "same a g",
       "open u libuses-a.so", "call u AskA", "open l libvisible-a.so LOCAL", "call default OnlyA"},
      "open: ok\nopen: ok\nsame\nopen: ok\nAskA: visible-a\nopen: ok\n"
      "OnlyA: visible-a\n");
}

// An open that brings nothing new leaves the scopes as they are.
TEST_P(Dl, ScopesOutliveOpensThatBringNothing) {
  ExpectScript({"open a libasks.so", "open l libasks-link.so", "same a l", "call a AskNowhere",
                "open g libasks.so GLOBAL", "same a g", "call a AskNowhere"},
               "open: ok\nopen: ok\nsame\nAskNowhere: not found\nopen: ok\nsame\n"
               "AskNowhere: not found\n");
}

TEST_P(Dl, PromotedWithoutLoading) {
  ExpectScript(
      {"open a libvisible-a.so", "open u libuses-a.so", "open g libvisible-a.so NOLOAD GLOBAL",
       "same a g", "open u libuses-a.so", "call u AskA"},
      "open: ok\n"
      "open: " +
          Of("libuses-a.so") +
          "undefined symbol: OnlyA\n"
          "open: ok\nsame\nopen: ok\nAskA: visible-a\n");
}

TEST_P(Dl, NoLoad) {
  ExpectScript(
      {"open n libvisible-a.so NOLOAD", "error", "count libvisible-a.so", "open a libvisible-a.so",
       "open n libvisible-a.so NOLOAD", "same a n", "count libvisible-a.so"},
      "open: no error\nerror: no error\ncount: 0\nopen: ok\nopen: ok\nsame\ncount: 1\n");
}

TEST_P(Dl, NoDelete) {
  ExpectScript({"open a libstate.so NODELETE", "call a Count", "close a",
                "open b libstate.so NOLOAD", "same a b", "call b Count"},
               "open: ok\nCount: 1\nclose: ok\nopen: ok\nsame\nCount: 2\n");
}

TEST_P(Dl, NoDeleteLater) {
  ExpectScript({"open a libstate.so", "call a Count", "open b libstate.so NOLOAD NODELETE",
                "close a", "close b", "open c libstate.so", "call c Count"},
               "open: ok\nCount: 1\nopen: ok\nclose: ok\nclose: ok\nopen: ok\nCount: 2\n");
}

TEST_P(Dl, ProgramComesFirst) {
  ExpectScript({"open a libdeep.so", "call a AskWhere", "call a Where", "call default Where"},
               "open: ok\nAskWhere: program\nWhere: deep\nWhere: program\n");
}

TEST_P(Dl, DeepBind) {
  ExpectScript({"open a libdeep.so DEEPBIND", "call a AskWhere", "call default Where"},
               "open: ok\nAskWhere: deep\nWhere: program\n");
}

// Handles.

TEST_P(Dl, HandlesAreCounted) {
  ExpectScript({"open a libstate.so", "call a Count", "open b libstate.so", "same a b", "close a",
                "call b Count", "open n libstate.so NOLOAD", "close n", "call b Count", "close b"},
               "open: ok\nCount: 1\nopen: ok\nsame\nclose: ok\nCount: 2\nopen: ok\nclose: ok\n"
               "Count: 3\nclose: ok\n");
}

TEST_P(Dl, OpenAgain) {
  ExpectScript({"open a libvisible-a.so", "close a", "open b libvisible-a.so", "call b OnlyA",
                "count libvisible-a.so"},
               "open: ok\nclose: ok\nopen: ok\nOnlyA: visible-a\ncount: 1\n");
}

TEST_P(Dl, Program) {
  for (const char* program : {"script", "script-exec"}) {
    ExpectProgram(program,
                  {"open p -", "call p Program", "call p Where", "open q -", "same p q", "close p",
                   "close q", "call default Program"},
                  "open: ok\nProgram: program\nWhere: program\nopen: ok\nsame\nclose: ok\n"
                  "close: ok\nProgram: program\n");
  }
}

TEST_P(Dl, ProgramFindsPreloaded) {
  ExpectScript(
      {"open p -", "call p OnlyA", "call default OnlyA", "open u libuses-a.so", "call u AskA"},
      "open: ok\nOnlyA: visible-a\nOnlyA: visible-a\nopen: ok\nAskA: visible-a\n",
      {.environment = {"LD_PRELOAD=" + InDl("libvisible-a.so")}});
}

TEST_P(Dl, LinkedLibrary) {
  ExpectProgram("script-linked",
                {"open n libvisible-a.so NOLOAD", "open a libvisible-a.so", "same n a",
                 "count libvisible-a.so", "close a", "close n", "call default OnlyA",
                 "open b " + InDl("libvisible-a.so"), "same a b"},
                "open: ok\nopen: ok\nsame\ncount: 1\nclose: ok\nclose: ok\nOnlyA: visible-a\n"
                "open: ok\nsame\n");
}

// Names.

TEST_P(Dl, NameWithSlash) {
  StartOptions in_directory;
  in_directory.run.directory = Module("dl");
  ExpectScript(
      {"open a ./libvisible-a.so", "call a OnlyA", "open b " + InDl("libvisible-a.so"), "same a b",
       "open c libvisible-a.so", "same a c", "open d place-1/libplace.so", "call d Where"},
      "open: ok\nOnlyA: visible-a\nopen: ok\nsame\nopen: ok\nsame\nopen: ok\n"
      "Where: place 1\n",
      in_directory);
}

TEST_P(Dl, WorkingDirectoryIsNotSearched) {
  StartOptions in_directory;
  in_directory.run.directory = Module("dl/place-1");
  ExpectScript({"open a libplace.so"},
               "open: libplace.so: cannot open shared object file: No such file or directory\n",
               in_directory);
}

TEST_P(Dl, RunpathOfTheCaller) {
  ExpectScript({"open o libopener-runpath.so", "call o AskWhere"}, "open: ok\nAskWhere: place 1\n");
}

TEST_P(Dl, RpathOfTheCaller) {
  ExpectScript({"open o libopener-rpath.so", "call o AskWhere"}, "open: ok\nAskWhere: place 2\n");
}

TEST_P(Dl, RpathOfTheProgram) {
  ExpectProgram("script-rpath", {"open o libopener.so", "call o AskWhere"},
                "open: ok\nAskWhere: place 2\n");
  ExpectProgram("script-rpath", {"open o libopener-runpath.so", "call o AskWhere"},
                "open: ok\nAskWhere: place 1\n");
}

TEST_P(Dl, RunpathOfTheProgramIsItsOwn) {
  ExpectProgram("script-runpath", {"open o libopener.so", "call o AskWhere"},
                "open: ok\n"
                "AskWhere: libplace.so: cannot open shared object file: "
                "No such file or directory\n");
  ExpectProgram("script-runpath", {"open p libplace.so", "call p Where"},
                "open: ok\nWhere: place 1\n");
}

TEST_P(Dl, LibraryPath) {
  const StartOptions first = {.environment = {"LD_LIBRARY_PATH=" + InDl("place-1")}};
  const StartOptions second = {.environment = {"LD_LIBRARY_PATH=" + InDl("place-2")}};
  ExpectScript({"open p libplace.so", "call p Where"}, "open: ok\nWhere: place 1\n", first);
  ExpectScript({"open o libopener.so", "call o AskWhere"}, "open: ok\nAskWhere: place 1\n", first);
  // It comes before RUNPATH and after RPATH.
  ExpectScript({"open o libopener-runpath.so", "call o AskWhere"}, "open: ok\nAskWhere: place 2\n",
               second);
  ExpectScript({"open o libopener-rpath.so", "call o AskWhere"}, "open: ok\nAskWhere: place 2\n",
               first);
}

TEST_P(Dl, LoadedSoname) {
  ExpectScript({"open a libfile.so", "open b libsoname.so", "same a b", "call b Own",
                "open c ./libsoname.so"},
               "open: ok\nopen: ok\nsame\nOwn: file\n"
               "open: ./libsoname.so: cannot open shared object file: "
               "No such file or directory\n");
}

TEST_P(Dl, LoadedByAnotherLibrary) {
  ExpectScript({"open o libopener-runpath.so", "call o AskWhere", "open p libplace.so NOLOAD",
                "call p Where"},
               "open: ok\nAskWhere: place 1\nopen: ok\nWhere: place 1\n");
}

TEST_P(Dl, SymbolicLink) {
  ExpectScript({"open a libvisible-a.so", "open b libvisible-link.so", "same a b",
                "open c " + InDl("libvisible-link.so"), "same a c", "count libvisible-a.so",
                "count libvisible-link.so"},
               "open: ok\nopen: ok\nsame\nopen: ok\nsame\ncount: 1\ncount: 0\n");
}

TEST_P(Dl, TokensInNames) {
  const std::string origin = "$ORIGIN/";
  ExpectScript({"open x " + origin + "libno.so", "open a " + origin + "libvisible-a.so",
                "open b ${ORIGIN}/libvisible-a.so", "same a b"},
               "open: $ORIGIN/libno.so: cannot open shared object file: "
               "No such file or directory\nopen: ok\nopen: ok\nsame\n");
}

// Dependencies.

TEST_P(Dl, Diamond) {
  ExpectScript({"open t libtop.so", "count libbottom.so", "open b libbottom.so NOLOAD",
                "call t OnlyLeft", "call t OnlyRight", "call b OnlyBottom"},
               "+ bottom\n+ right\n+ left\n+ top\nopen: ok\ncount: 1\nopen: ok\n"
               "OnlyLeft: left\nOnlyRight: right\nOnlyBottom: bottom\n"
               "- top\n- left\n- right\n- bottom\n");
}

TEST_P(Dl, BreadthFirst) {
  ExpectScript({"open t libtop.so", "call t Which", "open b libbottom.so", "call b Which"},
               "+ bottom\n+ right\n+ left\n+ top\nopen: ok\nWhich: right\nopen: ok\n"
               "Which: bottom\n- top\n- left\n- right\n- bottom\n");
}

TEST_P(Dl, HandleHasOnlyItsGroup) {
  ExpectScript({"open a libvisible-a.so GLOBAL", "open b libvisible-b.so", "call b OnlyA",
                "call b Program", "call b OnlyB"},
               "open: ok\nopen: ok\n"
               "OnlyA: " +
                   Of("libvisible-b.so") +
                   "undefined symbol: OnlyA\n"
                   "Program: " +
                   Of("libvisible-b.so") +
                   "undefined symbol: Program\n"
                   "OnlyB: visible-b\n");
}

TEST_P(Dl, DefaultOfALibraryHasItsGroup) {
  ExpectScript({"open d libdefault.so", "call d AskOwn", "call d AskWhere", "call d AskNothing",
                "call default OnlyHere"},
               "open: ok\nAskOwn: here\nAskWhere: program\n"
               "AskNothing: " +
                   Of("libdefault.so") +
                   "undefined symbol: Nothing\n"
                   "OnlyHere: " +
                   script_ + ": undefined symbol: OnlyHere\n");
}

TEST_P(Dl, Next) {
  const std::string program = InDl("next");
  ExpectProgram("next", {},
                "program: first\nfirst: last\n"
                "last: " +
                    Of("libnext-last.so") +
                    "undefined symbol: Turn\n"
                    "opened: deep\n"
                    "its last: " +
                    Of("libnext-deep.so") +
                    "undefined symbol: Turn\n"
                    "version: " +
                    program + ": undefined symbol: Turn, version V1\n");
}

// Symbols.

TEST_P(Dl, SymbolTypes) {
  ExpectScript({"open s libsymbols.so", "read s g_data", "read s t_value", "call s Indirect",
                "call s CallNowhere", "call s Nowhere", "call s Protected", "call s CallHidden",
                "call s Hidden"},
               "open: ok\ng_data: 42\nt_value: 7\nIndirect: resolved\nCallNowhere: none\n"
               "Nowhere: " +
                   Of("libsymbols.so") +
                   "undefined symbol: Nowhere\n"
                   "Protected: protected\nCallHidden: hidden\n"
                   "Hidden: " +
                   Of("libsymbols.so") + "undefined symbol: Hidden\n");
}

TEST_P(Dl, ThreadLocalSymbol) {
  ExpectProgram("tls", {},
                "thread: 7, its own, not the main thread's\nmain: 8, its own, zero: 0\n");
}

TEST_P(Dl, Versions) {
  ExpectScript({"open v libversion.so", "call v Answer V1", "call v Answer V2", "call v Answer",
                "call v Withdrawn V1", "call v OnlyV2", "call v OnlyV2 V2"},
               "open: ok\nAnswer: V1\nAnswer: V2\nAnswer: V2\nWithdrawn: withdrawn V1\n"
               "OnlyV2: only V2\nOnlyV2: only V2\n");
}

TEST_P(Dl, VersionsMissing) {
  ExpectScript({"open v libversion.so", "call v Answer V3", "call v OnlyV2 V1", "call v Withdrawn",
                "call default Answer V9"},
               "open: ok\n"
               "Answer: " +
                   Of("libversion.so") +
                   "undefined symbol: Answer, version V3\n"
                   "OnlyV2: " +
                   Of("libversion.so") +
                   "undefined symbol: OnlyV2, version V1\n"
                   "Withdrawn: " +
                   Of("libversion.so") +
                   "undefined symbol: Withdrawn\n"
                   "Answer: " +
                   script_ + ": undefined symbol: Answer, version V9\n");
}

TEST_P(Dl, VersionOfALibraryWithoutAny) {
  ExpectScript({"open u libunversioned.so", "call u Answer", "call u Answer V1"},
               "open: ok\nAnswer: unversioned\nAnswer: unversioned\n");
}

TEST_P(Dl, VersionNeeded) {
  ExpectScript({"open u libversion-use-V1.so", "call u Ask", "open w libversion-use-V3.so",
                "count libversion-use-V3.so"},
               "open: ok\nAsk: V1\n"
               "open: " +
                   Of("libversion.so") + "version `V3' not found (required by " +
                   InDl("libversion-use-V3.so") +
                   ")\n"
                   "count: 0\n");
}

TEST_P(Dl, UniqueSymbols) {
  ExpectScript({"open 1 libunique-1.so", "open 2 libunique-2.so", "call 1 Count", "call 2 Count",
                "call 1 Count"},
               "open: ok\nopen: ok\nCount: 1\nCount: 2\nCount: 3\n");
}

// Modules that come with libc.

TEST_P(Dl, Libc) {
  ExpectScript({"open c libc.so.6", "open n libc.so.6 NOLOAD", "same c n", "find c printf",
                "find c memcpy GLIBC_2.2.5", "find c memcpy GLIBC_2.14", "find c memcpy GLIBC_9",
                "find default malloc", "find next malloc", "close c", "close n", "find c free"},
               "open: ok\nopen: ok\nsame\nprintf: found\nmemcpy: found\nmemcpy: found\n"
               "memcpy: " +
                   FoundByLdSo("hello-libc", "libc.so.6").string() +
                   ": undefined symbol: memcpy, version GLIBC_9\n"
                   "malloc: found\nmalloc: found\nclose: ok\nclose: ok\nfree: found\n");
}

TEST_P(Dl, LibrariesOfLibc) {
  ExpectScript(
      {"open m libm.so.6", "find m cos", "find m printf", "find default cos",
       "open g libgcc_s.so.1 GLOBAL", "find g _Unwind_Backtrace", "find default _Unwind_Backtrace",
       "close m", "open m libm.so.6 GLOBAL", "find default cos"},
      "open: ok\ncos: found\nprintf: found\n"
      "cos: " +
          script_ +
          ": undefined symbol: cos\n"
          "open: ok\n_Unwind_Backtrace: found\n_Unwind_Backtrace: found\nclose: ok\n"
          "open: ok\ncos: found\n");
}

// Before glibc 2.34, libdl had these functions, for libc's interpreter.
TEST_P(Dl, OldLibdlIsNotCalled) {
  if (!IsSignet(way())) GTEST_SKIP() << "ld.so calls it";
  ExpectProgram("script-old-libdl",
                {"open a libvisible-a.so", "call a OnlyA", "open n libno.so", "close a"},
                "open: ok\nOnlyA: visible-a\n"
                "open: libno.so: cannot open shared object file: No such file or directory\n"
                "close: ok\n");
}

}  // namespace
}  // namespace signet::test

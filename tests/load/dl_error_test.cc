// SPDX-License-Identifier: MIT
//
// What dlerror says, and that a failed dlopen leaves nothing behind.
#include "tests/load/dl_script.h"

namespace signet::test {
namespace {

class DlError : public DlTest {
 protected:
  // Opening `file` gives `error`, twice, and leaves nothing behind. `module` is one of its
  // dependencies, which must not stay either.
  void ExpectNothingLeft(const std::string& file, const std::string& error,
                         const std::string& module = "libvisible-a.so") {
    ExpectScript({"open x " + file, "left", "open x " + module + " NOLOAD", "error",
                  "open x " + file, "left"},
                 "open: " + error + "\n" + kNothing +
                     "open: no error\nerror: no error\nopen: " + error + "\n" + kNothing);
  }

  static constexpr const char* kNothing = "left: 0 modules, 0 mappings, 0 descriptors\n";
  static constexpr const char* kNoFile =
      ": cannot open shared object file: No such file or directory";
};
SIGNET_DL_WAYS(DlError);

TEST_P(DlError, OnceAndInOrder) {
  ExpectScript({"error", "call default Nothing", "error", "call default Program", "error",
                "open x libno.so", "error"},
               "error: no error\n"
               "Nothing: " +
                   InDl("script") +
                   ": undefined symbol: Nothing\n"
                   "error: no error\nProgram: program\nerror: no error\n"
                   "open: libno.so" +
                   std::string(kNoFile) + "\nerror: no error\n");
}

TEST_P(DlError, PerThread) {
  ExpectProgram("error-threads", {},
                "thread, at first: no error\n"
                "main: libno-main.so" +
                    std::string(kNoFile) +
                    "\n"
                    "main, again: no error\n"
                    "thread: libno-thread.so" +
                    kNoFile +
                    "\n"
                    "thread, again: no error\n");
}

TEST_P(DlError, NoSuchFile) {
  ExpectNothingLeft("libno.so", std::string("libno.so") + kNoFile);
  ExpectNothingLeft("/no/libno.so", std::string("/no/libno.so") + kNoFile);
}

TEST_P(DlError, NotElf) {
  ExpectNothingLeft("libempty.so", InDl("libempty.so") + ": file too short");
  ExpectNothingLeft("libtext.so", InDl("libtext.so") + ": invalid ELF header");
}

TEST_P(DlError, ADirectory) {
  ExpectNothingLeft(InDl("place-1/"), InDl("place-1/") + ": cannot read file data: Is a directory");
}

TEST_P(DlError, OtherClass) {
  const std::string path = InDl("libother-class.so");
  ExpectNothingLeft(path, path + ": wrong ELF class: ELFCLASS32");
}

TEST_P(DlError, OtherMachine) {
  const std::string path = InDl("libother-machine.so");
  // ld.so skips such a file, even if there is no other.
  ExpectNothingLeft(path, path + (IsSignet(way()) ? ": e_machine is 183, expected 62" : kNoFile));
}

TEST_P(DlError, Programs) {
  const std::string pie = InDl("script-linked");
  const std::string exec = InDl("script-exec");
  ExpectNothingLeft(pie, pie + ": cannot dynamically load position-independent executable");
  ExpectNothingLeft(exec, exec + ": cannot dynamically load executable");
}

TEST_P(DlError, UndefinedSymbol) {
  const std::string error = InDl("libundefined.so") + ": undefined symbol: Undefined";
  ExpectNothingLeft("libundefined.so", error, "libundefined.so");
  ExpectNothingLeft("libundefined-deep.so", error);
  ExpectNothingLeft("libundefined-deep.so", error, "libundefined-deep.so");
}

TEST_P(DlError, UndefinedSymbolAsGlobal) {
  ExpectScript({"open x libundefined-deep.so GLOBAL", "call default Own", "call default OnlyA",
                "open p -", "call p OnlyA"},
               "open: " + InDl("libundefined.so") +
                   ": undefined symbol: Undefined\n"
                   "Own: " +
                   InDl("script") +
                   ": undefined symbol: Own\n"
                   "OnlyA: " +
                   InDl("script") +
                   ": undefined symbol: OnlyA\n"
                   "open: ok\n"
                   "OnlyA: " +
                   InDl("script") + ": undefined symbol: OnlyA\n");
}

TEST_P(DlError, MissingDependency) {
  const std::string error = std::string("libgone.so") + kNoFile;
  ExpectNothingLeft("libmissing.so", error, "libmissing.so");
  ExpectNothingLeft("libmissing-deep.so", error);
  ExpectNothingLeft("libmissing-deep.so", error, "libvisible-b.so");
}

TEST_P(DlError, WhatWasThereStays) {
  ExpectScript(
      {"open b libvisible-b.so", "open x libmissing-deep.so", "open x libundefined.so",
       "call b OnlyB", "call default OnlyB", "open a libvisible-a.so GLOBAL", "call default OnlyA"},
      "open: ok\n"
      "open: libgone.so" +
          std::string(kNoFile) +
          "\n"
          "open: " +
          InDl("libundefined.so") +
          ": undefined symbol: Undefined\n"
          "OnlyB: visible-b\n"
          "OnlyB: " +
          InDl("script") +
          ": undefined symbol: OnlyB\n"
          "open: ok\nOnlyA: visible-a\n");
}

TEST_P(DlError, InvalidMode) {
  ExpectScript({"open x libvisible-a.so NONE"},
               "open: libvisible-a.so: invalid mode for dlopen(): Invalid argument\n");
}

TEST_P(DlError, NotOpen) {
  ExpectProgram("script-linked", {"open a libvisible-a.so", "close a", "close a", "error"},
                "open: ok\nclose: ok\n"
                "close: " +
                    InDl("libvisible-a.so") +
                    ": shared object not open\n"
                    "error: no error\n");
}

TEST_P(DlError, UndefinedByHandle) {
  const std::string program = InDl("script") + ": undefined symbol: Nothing";
  ExpectScript({"open a libvisible-a.so", "call a Nothing", "call default Nothing",
                "call next Nothing", "call a Nothing V1"},
               "open: ok\n"
               "Nothing: " +
                   InDl("libvisible-a.so") +
                   ": undefined symbol: Nothing\n"
                   "Nothing: " +
                   program +
                   "\n"
                   "Nothing: " +
                   program +
                   "\n"
                   "Nothing: " +
                   InDl("libvisible-a.so") + ": undefined symbol: Nothing, version V1\n");
}

TEST_P(DlError, NewNamespace) {
  if (!IsSignet(way())) GTEST_SKIP() << "ld.so makes one";
  ExpectProgram("new-namespace", {"new"},
                "libvisible-a.so: there is one namespace only: dlmopen takes LM_ID_BASE\n");
}

TEST_P(DlError, BaseNamespace) { ExpectProgram("new-namespace", {}, "the same\n"); }

}  // namespace
}  // namespace signet::test

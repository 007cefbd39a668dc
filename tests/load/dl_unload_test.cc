// SPDX-License-Identifier: MIT
//
// Modules that are unloaded when they are closed (--dlopen-seal=nodelete and never), as under
// ld.so.
#include "tests/load/dl_script.h"

namespace signet::test {
namespace {

class DlUnload : public DlTest {};
INSTANTIATE_TEST_SUITE_P(, DlUnload, testing::Values(Way::kSystem, Way::kNodelete, Way::kNever),
                         WayName);

constexpr const char* kNothing = "left: 0 modules, 0 mappings, 0 descriptors\n";

TEST_P(DlUnload, StateIsFresh) {
  for (const std::string name : {"libfresh.so", "libstate-thread.so", "libstate-surplus.so"}) {
    ExpectScript({"open a " + name, "call a Count", "call a Count", "close a", "left",
                  "open b " + name, "call b Count", "close b", "left"},
                 std::string("open: ok\nCount: 15\nCount: 26\nclose: ok\n") + kNothing +
                     "open: ok\nCount: 15\nclose: ok\n" + kNothing);
  }
}

// A pointer into a library's old memory may be valid again. The first time is different, because
// Signet keeps the memory that it took for its tables.
TEST_P(DlUnload, ComesBackToItsPlace) {
  ExpectScript({"open a libleft.so", "close a", "open a libleft.so", "place a", "close a",
                "open a libleft.so", "place a", "close a", "open a libleft.so", "place a"},
               "+ bottom\n+ left\nopen: ok\n- left\n- bottom\nclose: ok\n"
               "+ bottom\n+ left\nopen: ok\nplace: another\n- left\n- bottom\nclose: ok\n"
               "+ bottom\n+ left\nopen: ok\nplace: the same\n- left\n- bottom\nclose: ok\n"
               "+ bottom\n+ left\nopen: ok\nplace: the same\n- left\n- bottom\n");
}

TEST_P(DlUnload, OrderOfDestructors) {
  ExpectScript({"open t libtop.so", "close t", "left", "open t libtop.so", "close t"},
               std::string("+ bottom\n+ right\n+ left\n+ top\nopen: ok\n"
                           "- top\n- left\n- right\n- bottom\nclose: ok\n") +
                   kNothing +
                   "+ bottom\n+ right\n+ left\n+ top\nopen: ok\n"
                   "- top\n- left\n- right\n- bottom\nclose: ok\n");
}

TEST_P(DlUnload, SharedDependency) {
  ExpectScript({"open l libleft.so", "open r libright.so", "close l", "call r OnlyBottom",
                "count libleft.so", "close r", "left"},
               std::string("+ bottom\n+ left\nopen: ok\n+ right\nopen: ok\n- left\nclose: ok\n"
                           "OnlyBottom: bottom\ncount: 0\n- right\n- bottom\nclose: ok\n") +
                   kNothing);
}

// The group's root is unloaded. One of its members stays, because it is also a root of its own.
TEST_P(DlUnload, MemberOutlivesItsRoot) {
  ExpectScript({"open t libtop.so", "open r libright.so", "close t", "call r OnlyRight",
                "call r OnlyBottom", "open l libleft.so", "close r", "close l", "left"},
               std::string("+ bottom\n+ right\n+ left\n+ top\nopen: ok\nopen: ok\n"
                           "- top\n- left\nclose: ok\nOnlyRight: right\nOnlyBottom: bottom\n"
                           "+ left\nopen: ok\n- right\nclose: ok\n- left\n- bottom\nclose: ok\n") +
                   kNothing);
}

TEST_P(DlUnload, BindingKeepsAlive) {
  ExpectScript(
      {"open a libvisible-a.so GLOBAL", "open u libuses-a.so", "close a", "count libvisible-a.so",
       "call u AskA", "close u", "left"},
      std::string("open: ok\nopen: ok\nclose: ok\ncount: 1\nAskA: visible-a\nclose: ok\n") +
          kNothing);
}

TEST_P(DlUnload, GlobalScopeForgets) {
  ExpectScript({"open a libvisible-a.so GLOBAL", "close a", "open u libuses-a.so",
                "open b libvisible-b.so GLOBAL", "open c libuses-common.so", "call c AskCommon"},
               "open: ok\nclose: ok\nopen: " + InDl("libuses-a.so") +
                   ": undefined symbol: OnlyA\nopen: ok\nopen: ok\nAskCommon: visible-b\n");
}

TEST_P(DlUnload, DefaultSearchKeepsForTheProgram) {
  ExpectScript({"open a libvisible-a.so GLOBAL", "call default OnlyA", "close a",
                "count libvisible-a.so", "call default OnlyA"},
               "open: ok\nOnlyA: visible-a\nclose: ok\ncount: 1\nOnlyA: visible-a\n");
}

TEST_P(DlUnload, HandleSearchDoesNotKeep) {
  ExpectScript({"open a libvisible-a.so GLOBAL", "call a OnlyA", "close a", "left"},
               std::string("open: ok\nOnlyA: visible-a\nclose: ok\n") + kNothing);
}

TEST_P(DlUnload, NoDelete) {
  ExpectScript(
      {"open n libnodelete.so", "call n Count", "close n", "open n libnodelete.so", "call n Count"},
      "open: ok\nCount: 15\nclose: ok\nopen: ok\nCount: 26\n");
  ExpectScript(
      {"open t libnodelete-top.so", "close t", "count libnodelete-top.so", "count libstate.so"},
      "open: ok\nclose: ok\ncount: 1\ncount: 1\n");
  ExpectScript({"open t libtop.so NODELETE", "close t", "count libbottom.so"},
               "+ bottom\n+ right\n+ left\n+ top\nopen: ok\nclose: ok\ncount: 1\n"
               "- top\n- left\n- right\n- bottom\n");
}

TEST_P(DlUnload, UniqueSymbolsKeep) {
  ExpectScript({"open u libunique-1.so", "close u", "count libunique-1.so"},
               "open: ok\nclose: ok\ncount: 1\n");
}

TEST_P(DlUnload, SonameGoesWithItsModule) {
  ExpectScript({"open a libfile.so", "close a", "open b libsoname.so"},
               "open: ok\nclose: ok\nopen: libsoname.so: cannot open shared object file: "
               "No such file or directory\n");
}

TEST_P(DlUnload, CloseInDestructor) {
  ExpectScript({"open o libcloser.so", "close o", "left"},
               std::string("open: ok\nvisible-a\ndlclose: 0\nclose: ok\n") + kNothing);
}

TEST_P(DlUnload, OpenInDestructor) {
  ExpectScript({"open o libreopener.so", "close o", "left"},
               std::string("open: ok\nvisible-b\ndlclose: 0\nclose: ok\n") + kNothing);
}

TEST_P(DlUnload, HandlersOfTheLibrary) {
  ExpectScript({"open a libat-exit.so", "close a", "left"},
               std::string("open: ok\ndestructor\nat exit\nclose: ok\n") + kNothing);
}

TEST_P(DlUnload, FailuresBetween) {
  const std::string missing =
      "open: libgone.so: cannot open shared object file: No such file or directory\n";
  ExpectScript(
      {"open a libvisible-a.so", "open x libmissing-deep.so", "close a", "left",
       "open x libmissing-deep.so", "open b libvisible-b.so", "call b OnlyB", "close b", "left"},
      "open: ok\n" + missing + "close: ok\n" + kNothing + missing +
          "open: ok\nOnlyB: visible-b\nclose: ok\n" + kNothing);
}

TEST_P(DlUnload, ObjectsOfThreads) {
  ExpectProgram("thread-object", {},
                "touched 7\ndlclose: 0, there\ndestructor of 7\nthere\ndlclose: 0, gone\n");
}

TEST_P(DlUnload, ReadersMeanwhile) { ExpectProgram("churn", {}, "bad: 0\n"); }

}  // namespace
}  // namespace signet::test

// SPDX-License-Identifier: MIT
//
// DT_FILTER and DT_AUXILIARY, by which another library answers in place of this one, and
// DF_1_NOOPEN.
#include "tests/load/dl_script.h"

namespace signet::test {
namespace {

class DlFilter : public DlTest {};
SIGNET_DL_WAYS(DlFilter);

TEST_P(DlFilter, FilteeAnswers) {
  for (const std::string kind : {"-F", "-f"}) {
    ExpectScript({"open a libfilter" + kind + "-filter-real.so", "call a Common", "call a Own"},
                 "open: ok\nCommon: filter-real\nOwn: filter\n");
    ExpectProgram("filter" + kind + "-filter-real", {"call default Common", "call default Own"},
                  "Common: filter-real\nOwn: filter\n");
  }
}

TEST_P(DlFilter, FilteeIsAFilter) {
  ExpectScript({"open a libfilter-chain.so", "call a Common"}, "open: ok\nCommon: filter-real\n");
}

TEST_P(DlFilter, FilteeIsThereAlready) {
  ExpectScript({"open r libfilter-real.so", "open a libfilter-f-filter-real.so", "call a Common",
                "close r", "call a Common"},
               "open: ok\nopen: ok\nCommon: filter-real\nclose: ok\nCommon: filter-real\n");
}

TEST_P(DlFilter, MissingFiltee) {
  ExpectScript({"open a libfilter-f-filter-missing.so", "call a Common"},
               "open: ok\nCommon: filter\n");
  ExpectProgram("filter-f-filter-missing", {"call default Common"}, "Common: filter\n");
  const std::string error =
      "libfilter-missing.so: cannot open shared object file: No such file or directory\n";
  ExpectScript({"open a libfilter-F-filter-missing.so"}, "open: " + error);
  ExpectRun("dl/filter-F-filter-missing",
            {.exit_status = 127, .err = "error while loading shared libraries: " + error});
}

TEST_P(DlFilter, NotToBeOpened) {
  const std::string error = "libnoopen.so: shared object cannot be dlopen()ed\n";
  ExpectScript({"open n libnoopen.so"}, "open: " + error);
  ExpectScript({"open n libneeds-noopen.so"}, "open: " + error);
}

}  // namespace
}  // namespace signet::test

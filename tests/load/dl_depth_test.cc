// SPDX-License-Identifier: MIT
//
// Programs give their threads stacks that are just large enough under ld.so. So the dl family may
// take no more of them, and a thread must have as much left when it begins.
#include <map>
#include <sstream>

#include "tests/load/dl_script.h"

namespace signet::test {
namespace {

class DlDepth : public DlTest {
 protected:
  // The numbers that a program prints behind names.
  static std::map<std::string, unsigned> Numbers(Way way, const std::string& program,
                                                 const std::vector<std::string>& arguments,
                                                 const StartOptions& options = {}) {
    std::istringstream out(Start(way, Module("dl/" + program), arguments, options).out);
    std::map<std::string, unsigned> numbers;
    std::string name;
    for (unsigned number = 0; out >> name >> number;) numbers[name] = number;
    EXPECT_FALSE(numbers.empty());
    return numbers;
  }
};
INSTANTIATE_TEST_SUITE_P(, DlDepth,
                         testing::Values(Way::kCommand, Way::kInterp, Way::kNodelete, Way::kNever),
                         WayName);

TEST_P(DlDepth, NoMoreThanLdSo) {
  const std::string static_tls = Module("libdltls-initial-own.so").string();
  for (const std::string& library :
       {InDl("libasks.so"), InDl("libsoname.so"), InDl("libneeds-noopen.so"), static_tls}) {
    const auto system = Numbers(Way::kSystem, "depth", {library});
    for (const auto& [call, depth] : Numbers(way(), "depth", {library}))
      EXPECT_LE(depth, system.at(call)) << call << " of " << library;
  }
}

TEST_P(DlDepth, ThreadsHaveAsMuchRoom) {
  for (const std::string tunables : {"", "glibc.rtld.optional_static_tls=1024", "no.tunable=1"}) {
    const StartOptions options = {.environment = {"GLIBC_TUNABLES=" + tunables}};
    EXPECT_GE(Numbers(way(), "room", {}, options)["room"],
              Numbers(Way::kSystem, "room", {}, options)["room"])
        << tunables;
  }
}

class DlLongErrors : public DlTest {};
SIGNET_DL_WAYS(DlLongErrors);

TEST_P(DlLongErrors, AreNotCut) {
  ExpectProgram("long-errors", {},
                "missing library: 3000 of the name, ... : File name too long\n"
                "missing symbol: 20000 of the name, ... ####################\n"
                "missing version: 25000 of the name, ... ####################\n");
}

}  // namespace
}  // namespace signet::test

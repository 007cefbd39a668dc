// SPDX-License-Identifier: MIT
#include "tests/support/capability.h"

#include <gtest/gtest-spi.h>
#include <stdlib.h>

#include <string>

namespace signet::test {
namespace {

TEST(Capability, NamesAreWholeWords) {
  EXPECT_TRUE(ListNames("mseal", Capability::kMseal));
  EXPECT_TRUE(ListNames("qemu,mseal,userns", Capability::kMseal));
  EXPECT_TRUE(ListNames("qemu,,userns", Capability::kUserns));
  EXPECT_FALSE(ListNames("", Capability::kMseal));
  EXPECT_FALSE(ListNames("qemu,mseals,mse", Capability::kMseal));
}

TEST(Capability, UnknownNamesAreFound) {
  EXPECT_EQ(UnknownName(""), "");
  EXPECT_EQ(UnknownName("mseal,qemu,userns,root,pkey,new-kernel,low-addresses,core-files,perf,cpu,"
                        "huge-pages,programs"),
            "");
  EXPECT_EQ(UnknownName("mseal,quemu,userns"), "quemu");
  EXPECT_EQ(UnknownName("mseal, qemu"), " qemu");
}

// A name that is spelt wrongly would ask for nothing.
TEST(Capability, WhatIsRequiredHereIsKnown) { EXPECT_EQ(UnknownName(RequiredCapabilities()), ""); }

// The result that a test reports to gtest without qemu, with SIGNET_TEST_REQUIRE as given.
testing::TestPartResult ReportWith(const char* required) {
  const std::string before(RequiredCapabilities());
  setenv("SIGNET_TEST_REQUIRE", required, 1);
  testing::TestPartResultArray reports;
  {
    const testing::ScopedFakeTestPartResultReporter reporter(&reports);
    [] {
      SIGNET_SKIP_WITHOUT(kQemu, "there is no "
                                     << "qemu");
    }();
  }
  setenv("SIGNET_TEST_REQUIRE", before.c_str(), 1);
  EXPECT_EQ(reports.size(), 1);
  return reports.GetTestPartResult(0);
}

// Newer gtests end it with a new line.
std::string Message(const testing::TestPartResult& report) {
  std::string message = report.message();
  if (message.ends_with('\n')) message.pop_back();
  return message;
}

TEST(Capability, ItsLackSkipsTheTest) {
  const testing::TestPartResult report = ReportWith("mseal,userns");
  EXPECT_TRUE(report.skipped());
  EXPECT_EQ(Message(report), "there is no qemu");
}

TEST(Capability, ItsLackIsAFailureWhereItIsRequired) {
  const testing::TestPartResult report = ReportWith("mseal,qemu");
  EXPECT_TRUE(report.fatally_failed());
  EXPECT_EQ(Message(report),
            "Failed\nSIGNET_TEST_REQUIRE has qemu, but the test cannot run: there is no qemu");
}

}  // namespace
}  // namespace signet::test

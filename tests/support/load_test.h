// SPDX-License-Identifier: MIT
//
// A fixture for cases that must give the same under the system's ld.so (the oracle) and under
// Signet, started both ways: a test module and the exact output it must give -> one gtest case for
// each way.
//
//   class Mapping : public LoadTest {};
//   SIGNET_EVERY_WAY(Mapping);
//   TEST_P(Mapping, Bss) { ExpectRun("map-bss", {.out = "zero: yes\n"}); }
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/ways.h"

namespace signet::test {

struct Expected {
  std::string out = {};
  int exit_status = 0;
  // Text that standard error must contain. If it is empty, standard error must be empty.
  std::string err = {};
};

class LoadTest : public testing::TestWithParam<Way> {
 protected:
  Way way() const { return GetParam(); }

  // Starts a module this test's way. Skips the test if the build had to leave the module out.
  void ExpectRun(std::string_view module, const Expected& expected,
                 const std::vector<std::string>& args = {}, const StartOptions& options = {});
};

std::string WayName(const testing::TestParamInfo<Way>& info);

}  // namespace signet::test

#define SIGNET_EVERY_WAY(Fixture)                                                  \
  INSTANTIATE_TEST_SUITE_P(                                                        \
      , Fixture,                                                                   \
      testing::Values(::signet::test::Way::kSystem, ::signet::test::Way::kCommand, \
                      ::signet::test::Way::kInterp),                               \
      ::signet::test::WayName)

// For the dl family: with and without unloading.
#define SIGNET_DL_WAYS(Fixture)                                                     \
  INSTANTIATE_TEST_SUITE_P(                                                         \
      , Fixture,                                                                    \
      testing::Values(::signet::test::Way::kSystem, ::signet::test::Way::kCommand,  \
                      ::signet::test::Way::kInterp, ::signet::test::Way::kNodelete, \
                      ::signet::test::Way::kNever),                                 \
      ::signet::test::WayName)

// For options, which only a loader that is run as a command has.
#define SIGNET_COMMAND_WAYS(Fixture)                                                       \
  INSTANTIATE_TEST_SUITE_P(                                                                \
      , Fixture,                                                                           \
      testing::Values(::signet::test::Way::kSystemCommand, ::signet::test::Way::kCommand), \
      ::signet::test::WayName)

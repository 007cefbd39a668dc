// SPDX-License-Identifier: MIT
//
// What a test needs of the machine. Without it the test is skipped, and says why. A machine that is
// known to have it sets SIGNET_TEST_REQUIRE, a list of names with commas between them: then the
// test fails instead, so that nobody mistakes skipped tests for passed ones.
//
//   if (!KernelHasMseal()) SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
//
// The reason may be several values with << between them. A test that is skipped for another reason
// (ld.so does not promise what it checks) uses GTEST_SKIP.
#pragma once

#include <gtest/gtest.h>

#include <string_view>

namespace signet::test {

enum class Capability {
  kMseal,         // mseal: the kernel has mseal
  kQemu,          // qemu: other kernels can be run (also asked by tests/kernel/run-in-guest)
  kUserns,        // userns: mount namespaces
  kRoot,          // root: the tests run as root
  kPkey,          // pkey: the processor has protection keys
  kNewKernel,     // new-kernel: Linux 6.17 or later
  kLowAddresses,  // low-addresses: address 0 can be mapped
  kCoreFiles,     // core-files: a process that dies leaves a core file where it ran
  kPerf,          // perf: perf may record
  kCpu,           // cpu: the processor has more than the baseline of x86-64
  kHugePages,     // huge-pages: pages of 2 MiB and 1 GiB
  kPrograms,      // programs: compilers, linkers, libraries and programs that tests use
};

// As SIGNET_TEST_REQUIRE spells it.
std::string_view ToString(Capability capability);

// True if `list` has the name between commas.
bool ListNames(std::string_view list, Capability capability);

// A name in `list` that no capability has, or "".
std::string_view UnknownName(std::string_view list);

// The value of SIGNET_TEST_REQUIRE, "" if it is not set.
std::string_view RequiredCapabilities();

}  // namespace signet::test

#define SIGNET_SKIP_WITHOUT(capability, reason)                                    \
  do {                                                                             \
    using ::signet::test::Capability;                                              \
    if (ListNames(::signet::test::RequiredCapabilities(), Capability::capability)) \
      FAIL() << "SIGNET_TEST_REQUIRE has " << ToString(Capability::capability)     \
             << ", but the test cannot run: " << reason;                           \
    GTEST_SKIP() << reason;                                                        \
  } while (false)

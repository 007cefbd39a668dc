// SPDX-License-Identifier: MIT
//
// What a test needs of the machine: without it the test is skipped, with the reason. The
// environment variable SIGNET_TEST_REQUIRE names, separated by commas, what the machine is known to
// have; a test that would be skipped for the lack of that fails. So a machine that loses mseal does
// not pass.
//
//   if (!KernelHasMseal()) SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
//
// The reason may be several things with << between them.
// A test that is skipped for any other reason (ld.so does not promise this) uses GTEST_SKIP.
#pragma once

#include <gtest/gtest.h>

#include <string_view>

namespace signet::test {

enum class Capability {
  kMseal,         // mseal: the kernel has mseal
  kQemu,          // qemu: other kernels can be run (also asked by tests/kernel/run-in-guest)
  kUserns,        // userns: mount namespaces
  kRoot,          // root: the tests run as root, and other users can reach the build directory
  kPkey,          // pkey: the processor has protection keys
  kNewKernel,     // new-kernel: Linux 6.17 or later
  kLowAddresses,  // low-addresses: address 0 can be mapped
  kCoreFiles,     // core-files: a process that dies leaves a core file where it ran
  kPerf,          // perf: perf may record
  kCpu,           // cpu: the processor has more than the baseline of x86-64
  kPrograms,      // programs: compilers, linkers, libraries and programs that tests use
};

// As SIGNET_TEST_REQUIRE spells it.
std::string_view ToString(Capability capability);

// True if `list` has the name between commas.
bool ListNames(std::string_view list, Capability capability);

// A name in `list` that is none of a capability, "" if there is none.
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

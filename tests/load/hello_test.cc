// SPDX-License-Identifier: MIT
//
// The smallest programs. If other tests fail too, look at these first.
#include "tests/support/capability.h"
#include "tests/support/load_test.h"

namespace signet::test {
namespace {

class Hello : public LoadTest {};
SIGNET_EVERY_WAY(Hello);

constexpr const char* kHello = "hello from a library\narguments: 2\n";

TEST_P(Hello, Freestanding) { ExpectRun("hello", {.out = kHello, .exit_status = 7}, {"a", "b"}); }

TEST_P(Hello, FreestandingAtFixedAddress) {
  ExpectRun("hello-exec", {.out = kHello, .exit_status = 7}, {"a", "b"});
}

TEST_P(Hello, Libc) {
  ExpectRun("hello-libc", {.out = "hello from libc\narguments: 2\n", .exit_status = 7}, {"a", "b"});
}

TEST_P(Hello, PatchedByPatchelf) {
  if (const std::string reason = MissingProgramReason("patchelf"); !reason.empty()) {
    SIGNET_SKIP_WITHOUT(kPrograms, reason);
  }
  StartOptions options;
  options.interp_method = InterpCopy::Method::kPatchelf;
  ExpectRun("hello", {.out = kHello, .exit_status = 7}, {"a", "b"}, options);
}

}  // namespace
}  // namespace signet::test

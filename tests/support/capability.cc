// SPDX-License-Identifier: MIT
#include "tests/support/capability.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace signet::test {
namespace {

// In the order of Capability.
constexpr std::string_view kNames[] = {"mseal", "qemu",       "userns",        "root",
                                       "pkey",  "new-kernel", "low-addresses", "core-files",
                                       "perf",  "cpu",        "huge-pages",    "programs"};
static_assert(std::size(kNames) == static_cast<size_t>(Capability::kPrograms) + 1);

// The first name of the list that `is_wanted` takes, "" if there is none.
template <typename Wanted>
std::string_view FindName(std::string_view list, Wanted is_wanted) {
  while (!list.empty()) {
    const std::string_view name = list.substr(0, list.find(','));
    if (!name.empty() && is_wanted(name)) return name;
    list.remove_prefix(std::min(name.size() + 1, list.size()));
  }
  return "";
}

}  // namespace

std::string_view ToString(Capability capability) { return kNames[static_cast<size_t>(capability)]; }

bool ListNames(std::string_view list, Capability capability) {
  return !FindName(list, [&](auto name) { return name == ToString(capability); }).empty();
}

std::string_view UnknownName(std::string_view list) {
  return FindName(list, [](auto name) {
    return std::find(std::begin(kNames), std::end(kNames), name) == std::end(kNames);
  });
}

std::string_view RequiredCapabilities() {
  const char* value = std::getenv("SIGNET_TEST_REQUIRE");
  return value == nullptr ? "" : value;
}

}  // namespace signet::test

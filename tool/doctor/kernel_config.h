// SPDX-License-Identifier: MIT
//
// The configuration that a kernel was built with: the text of a .config file to one option's value.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace signet::tool {

struct KernelConfig {
  std::string path;  // of the file
  std::string text;  // at most 8 MiB
};

// /proc/config.gz, else /boot/config-RELEASE; std::nullopt where neither can be read. Thread-safe.
std::optional<KernelConfig> ReadKernelConfig(std::string_view release);

// The value of `option`, "CONFIG_…", as it stands behind the equals sign; "n" where `text` has no
// line for it.
std::string ConfigValue(std::string_view text, std::string_view option);

}  // namespace signet::tool

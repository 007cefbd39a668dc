// SPDX-License-Identifier: MIT
//
// The configuration that a kernel was built with.
//
// Input: the name of a kernel's release. Output: the text of its .config file, and from that the
// values of options.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace signet::tool {

struct KernelConfig {
  std::string path;  // of the file
  std::string text;  // at most 8 MiB
};

// /proc/config.gz, else /boot/config-RELEASE; std::nullopt if neither can be read. Thread-safe.
std::optional<KernelConfig> ReadKernelConfig(std::string_view release);

// The value of `option`, "CONFIG_…", as it is written after the equals sign; "n" if `text` has no
// line for it.
std::string ConfigValue(std::string_view text, std::string_view option);

}  // namespace signet::tool

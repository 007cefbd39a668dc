// SPDX-License-Identifier: MIT
//
// See kernel_config.h.
#include "tool/doctor/kernel_config.h"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <memory>

namespace signet::tool {
namespace {

constexpr size_t kMaxSize = size_t{8} << 20;

struct Closer {
  void operator()(gzFile file) const { gzclose(file); }
};

// Compressed or not.
std::optional<std::string> ReadText(const std::string& path) {
  const std::unique_ptr<gzFile_s, Closer> file(gzopen(path.c_str(), "rbe"));
  if (!file) return std::nullopt;
  std::string text;
  std::array<char, 1 << 16> buffer;
  int count = 0;
  while ((count = gzread(file.get(), buffer.data(), buffer.size())) > 0) {
    if (text.size() + static_cast<size_t>(count) > kMaxSize) return std::nullopt;
    text.append(buffer.data(), static_cast<size_t>(count));
  }
  if (count < 0 || text.empty()) return std::nullopt;
  return text;
}

}  // namespace

std::optional<KernelConfig> ReadKernelConfig(std::string_view release) {
  for (const std::string& path :
       {std::string("/proc/config.gz"), fmt::format("/boot/config-{}", release)}) {
    if (auto text = ReadText(path)) return KernelConfig{path, std::move(*text)};
  }
  return std::nullopt;
}

std::string ConfigValue(std::string_view text, std::string_view option) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.starts_with(option)) continue;
    line.remove_prefix(option.size());
    if (line.starts_with('=')) return std::string(line.substr(1));
  }
  return "n";
}

}  // namespace signet::tool

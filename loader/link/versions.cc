// SPDX-License-Identifier: MIT
#include "loader/link/versions.h"

#include <cstring>

#include "elf/version.h"
#include "loader/diagnostics.h"

namespace signet {
namespace {

// The module that `file` means in a DT_VERNEED. It is nearly always a direct dependency.
const Module* FindNamed(const Process& process, const Module& module, const char* file) {
  const auto matches = [&](const Module* other) {
    return other != nullptr &&
           (std::strcmp(file, other->soname()) == 0 || std::strcmp(file, other->name) == 0);
  };
  for (const Module* other : module.closure.needed) {
    if (matches(other)) return other;
  }
  for (const Module* other : process.modules) {
    if (matches(other)) return other;
  }
  return nullptr;
}

bool Defines(const Module& module, const elf::VersionNeed& need) {
  const elf::Version wanted = {need.name, nullptr, need.hash, false};
  for (const elf::Version& version : module.decoded.versions) {
    if (version.file == nullptr && version.Matches(wanted)) return true;
  }
  return false;
}

void CheckVersion(Process& process, const Module& module, const elf::VersionNeed& need) {
  const Module* other = FindNamed(process, module, need.file);
  if (other == nullptr || other == process.loader) return;
  if (other->dynamic.verdef == 0) {
    Line() << process.diagnostics.name() << ": " << other->path
           << ": no version information available (required by " << module.path << ")";
    return;
  }
  if (Defines(*other, need)) return;
  if ((need.flags & VER_FLG_WEAK) != 0) {
    Line() << process.diagnostics.name() << ": " << other->path << ": weak version `" << need.name
           << "' not found (required by " << module.path << ")";
  } else {
    process.diagnostics.Error("", [&](Line& line) {
      line << other->path << ": version `" << need.name << "' not found (required by "
           << module.path << ")";
    });
  }
}

}  // namespace

void CheckVersions(Process& process, std::span<Module* const> modules) {
  for (const Module* module : modules) {
    if (!module->IsNative()) continue;
    // The tables were checked when the module was decoded.
    (void)elf::ForEachVersionNeed(
        module->map.image, module->dynamic.strings, module->dynamic.verneed,
        [&](const elf::VersionNeed& need) { CheckVersion(process, *module, need); });
  }
}

}  // namespace signet

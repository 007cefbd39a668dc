// SPDX-License-Identifier: MIT
#include "loader/tls/root_regions.h"

#include "loader/load/exports.h"

namespace signet {
namespace {

using Function = void (*)(const void* start, size_t size);

Function Find(const Process& process, const char* name) {
  for (const Module* module : process.modules) {
    if (!module->IsNative()) continue;
    if (const uint64_t address = FindExportAddress(*module, name))
      return std::bit_cast<Function>(address);
  }
  return nullptr;
}

}  // namespace

void FindRootRegions(Process& process) {
  process.root_regions.add = Find(process, "__lsan_register_root_region");
  if (process.root_regions.add == nullptr) return;
  process.root_regions.remove = Find(process, "__lsan_unregister_root_region");
  if (process.root_regions.remove == nullptr) process.root_regions.add = nullptr;
}

void RegisterRootRegion(uint64_t start, uint64_t size) {
  const auto add = TheProcess().root_regions.add;
  if (add != nullptr) add(std::bit_cast<const void*>(start), size);
}

void UnregisterRootRegion(uint64_t start, uint64_t size) {
  const auto remove = TheProcess().root_regions.remove;
  if (remove != nullptr) remove(std::bit_cast<const void*>(start), size);
}

}  // namespace signet

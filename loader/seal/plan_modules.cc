// SPDX-License-Identifier: MIT
#include "loader/seal/plan_modules.h"

#include <algorithm>

#include "base/interval.h"
#include "base/page.h"
#include "elf/property.h"
#include "loader/find/searcher.h"
#include "sealer/plan_vdso.h"

namespace signet {
namespace {

class Planner {
 public:
  explicit Planner(const Process& process)
      : process_(process), record_(*process.seal_record), kinds_(process.options.seal_kinds) {}

  void Plan(std::span<Module* const> modules) {
    for (const Module* module : modules) PlanOne(*module);
  }

  void PlanKernelAndStandIn() {
    if (const Module* vdso = process_.vdso) {
      PlanVdso(AddModule(*vdso), vdso->map.start, vdso->map.end, HighestEndBelow(vdso->map.start),
               kinds_, record_.planned);
    }
    if (const StandIn* stand_in = process_.stand_in) {
      const uint32_t number = record_.AddPlannedModule(
          {stand_in->start, stand_in->end, process_.program->map.image.load_bias(), "",
           "stand-in program", SIGNET_ORIGIN_STAND_IN});
      PlanRange(number, SIGNET_KIND_RELRO, stand_in->start, stand_in->end,
                SIGNET_PROTECTION_PLANNED | SIGNET_PROTECTION_READ, kinds_, record_.planned);
    }
  }

  void PlanCache() {
    const std::span<const std::byte> file = process_.searcher->cache_file().bytes;
    if (file.empty()) return;
    const uint64_t start = std::bit_cast<uint64_t>(file.data());
    const uint64_t end = PageUp(start + file.size());
    const SettledEntries& entries = record_.entries;
    const size_t next =
        FirstAbove(entries.size(), start, [&entries](size_t i) { return entries[i].end; });
    if (next < entries.size() && entries[next].start < end) return;
    const uint32_t number = record_.AddPlannedModule(
        {start, end, start, kCacheFile, "ld.so.cache", SIGNET_ORIGIN_LOADER});
    PlanRange(number, SIGNET_KIND_RODATA, start, end,
              SIGNET_PROTECTION_PLANNED | SIGNET_PROTECTION_READ, kinds_, record_.planned);
  }

 private:
  // The stand-in program lies among the loader's variables, as a rule at their end. It is on record
  // by itself.
  void LeaveOutStandIn(size_t first) {
    const StandIn* stand_in = process_.stand_in;
    if (stand_in == nullptr) return;
    for (size_t i = first; i < record_.planned.size(); ++i) {
      signet_ledger_entry& entry = record_.planned[i];
      if (stand_in->start < entry.start || stand_in->end > entry.end) continue;
      signet_ledger_entry behind = entry;
      behind.start = stand_in->end;
      entry.end = stand_in->start;
      if (behind.start != behind.end) record_.planned.Add(behind);
      return;
    }
  }

  // Modules that may be unloaded; with --dlopen-seal=never, all that come after the start.
  bool IsLeftUnsealed(const Module& module) const {
    if (process_.options.dlopen_seal == DlopenSeal::kNever) return !record_.entries.empty();
    return module.unload.IsRemovable();
  }

  void PlanOne(const Module& module) {
    const size_t first = record_.planned.size();
    const bool self_relocating = module.IsStaticProgram();
    PlanModule({AddModule(module), module.map.start, module.map.image.load_bias(),
                module.map.image.phdrs(), module.map.relro_start, module.map.relro_end,
                self_relocating, IsLeftOut(module), module.map.text_anonymous},
               kinds_, record_.planned);
    if (&module == process_.loader) LeaveOutStandIn(first);
    if (!IsLeftUnsealed(module)) return;
    for (size_t i = first; i < record_.planned.size(); ++i) {
      uint16_t& reason = record_.planned[i].reason;
      if (reason == SIGNET_REASON_SEALED) reason = SIGNET_REASON_DLOPENED;
    }
  }

  // Of the modules.
  uint64_t HighestEndBelow(uint64_t address) const {
    uint64_t highest = 0;
    for (const Module* module : process_.modules) {
      if (module->map.end <= address) highest = std::max(highest, module->map.end);
    }
    return highest;
  }

  // The mark is read only if it counts, because it may be in a page of the file that nothing else
  // needs. The loader is never left out, although no linker marks it.
  bool IsLeftOut(const Module& module) const {
    return (kinds_ & SIGNET_MARKED_ONLY) != 0 && module.origin != SIGNET_ORIGIN_LOADER &&
           !elf::HasMemorySeal(module.map.image);
  }

  uint32_t AddModule(const Module& module) {
    std::string_view name = module.soname();
    if (const size_t slash = name.rfind('/'); slash < name.size()) name.remove_prefix(slash + 1);
    return record_.AddPlannedModule({module.map.start, module.map.end, module.map.image.load_bias(),
                                     module.path, name, module.origin});
  }

  const Process& process_;
  SealRecord& record_;
  uint32_t kinds_;
};

}  // namespace

void PlanModules(const Process& process, std::span<Module* const> modules) {
  Planner(process).Plan(modules);
}

void PlanKernelAndStandIn(const Process& process) { Planner(process).PlanKernelAndStandIn(); }

void PlanCache(const Process& process) { Planner(process).PlanCache(); }

}  // namespace signet

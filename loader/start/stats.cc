// SPDX-License-Identifier: MIT
#include "loader/start/stats.h"

#include "base/syscall.h"
#include "loader/diagnostics.h"

namespace signet {

void ReportStats(const Process& process, const Relocator* relocator, const SealResult& sealed) {
  if (!process.timer.is_enabled()) return;
  uint64_t total = 0;
  for (const PassTimer::Pass& pass : process.timer.passes()) {
    total += pass.nanoseconds;
    Line() << "ld-signet: stats: " << pass.name << ": " << Dec{pass.nanoseconds / 1000} << " us";
  }
  Line() << "ld-signet: stats: total: " << Dec{total / 1000} << " us";
  uint64_t adopted = 0;
  for (const Module* module : process.modules) {
    if (module->IsAdopted()) ++adopted;
  }
  Line() << "ld-signet: stats: modules: " << Dec{process.modules.size()}
         << ", adopted: " << Dec{adopted};
  if (relocator != nullptr) {
    for (uint32_t type = 0; type < elf::kRelocTypeCount; ++type) {
      if (const uint64_t count = relocator->counts()[type]) {
        Line() << "ld-signet: stats: " << elf::RelocName(type) << ": " << Dec{count};
      }
    }
    Line() << "ld-signet: stats: look-ups: " << Dec{relocator->resolver().lookup_count()}
           << (relocator->resolver().has_used_table() ? ", in a table of the scope"
                                                      : ", module by module");
  }
  Line() << "ld-signet: stats: system calls: " << Dec{sys::call_count};
  Line() << "ld-signet: stats: bytes sealed: " << Dec{sealed.sealed_bytes};
}

}  // namespace signet

// SPDX-License-Identifier: MIT
#include "loader/start/stats.h"

#include <time.h>

#include "base/syscall.h"
#include "loader/diagnostics.h"

namespace signet {
namespace {

uint64_t Now() {
  timespec now = {};
  sys::ClockGettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

}  // namespace

void PassTimer::Start(bool enabled) {
  enabled_ = enabled;
  if (enabled_) last_ = Now();
}

void PassTimer::Done(const char* pass) {
  if (!enabled_ || pass_count_ == kMaxPasses) return;
  const uint64_t now = Now();
  passes_[pass_count_++] = {pass, now - last_};
  last_ = now;
}

void PassTimer::Report(const Process& process, const Relocator* relocator,
                       const SealResult& sealed) const {
  if (!enabled_) return;
  uint64_t total = 0;
  for (size_t i = 0; i < pass_count_; ++i) {
    total += passes_[i].nanoseconds;
    Line() << "ld-signet: stats: " << passes_[i].name << ": " << Dec{passes_[i].nanoseconds / 1000}
           << " us";
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
           << (relocator->resolver().uses_table() ? ", in a table of the scope"
                                                  : ", module by module");
  }
  Line() << "ld-signet: stats: system calls: " << Dec{sys::call_count};
  Line() << "ld-signet: stats: bytes sealed: " << Dec{sealed.sealed_bytes};
}

}  // namespace signet

// SPDX-License-Identifier: MIT
#include "loader/link/debug_list.h"

#include <bit>

#include "loader/link/module_table.h"

#define SIGNET_EXPORT __attribute__((visibility("default")))

namespace signet {

enum class DebugState : int { kConsistent, kAdd, kDelete };

// <link.h>'s struct r_debug.
struct Rendezvous {
  int r_version;
  LinkMap* r_map;
  void (*r_brk)();
  DebugState r_state;
  uint64_t r_ldbase;
};

extern "C" {

SIGNET_EXPORT constinit Rendezvous _r_debug = {};  // NOLINT(readability-identifier-naming)

// Debuggers set a breakpoint here, and look at the state and the list when it is hit.
SIGNET_EXPORT __attribute__((noinline)) void _dl_debug_state() { asm volatile("" ::: "memory"); }

}  // extern "C"

void PublishDebug(Process& process) {
  _r_debug.r_version = 1;
  _r_debug.r_map = &FirstModule()->published.link;
  _r_debug.r_brk = &_dl_debug_state;
  _r_debug.r_ldbase = process.loader->map.image.load_bias();
  for (const elf::Dyn& dyn : process.program->dynamic.entries) {
    const uint64_t address = std::bit_cast<uint64_t>(&dyn);
    if (dyn.d_tag == DT_DEBUG &&
        process.program->map.image.Segment(address - process.program->map.image.load_bias(),
                                           sizeof dyn, PF_W)) {
      const_cast<elf::Dyn&>(dyn).d_un.d_ptr = std::bit_cast<uint64_t>(&_r_debug);
    }
  }
  _dl_debug_state();
}

void DebugStateAdd() {
  _r_debug.r_state = DebugState::kAdd;
  _dl_debug_state();
}

void DebugStateDelete() {
  _r_debug.r_state = DebugState::kDelete;
  _dl_debug_state();
}

void DebugStateConsistent() {
  _r_debug.r_state = DebugState::kConsistent;
  _dl_debug_state();
}

}  // namespace signet

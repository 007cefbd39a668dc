// SPDX-License-Identifier: MIT
#include "loader/link/debug_list.h"

#include <link.h>

#include <bit>

#include "loader/link/module_table.h"

#define SIGNET_EXPORT __attribute__((visibility("default")))

SIGNET_EXPORT constinit r_debug _r_debug = {};  // NOLINT(readability-identifier-naming)

// Debuggers set a breakpoint here. When it is hit, they look at the state and at the list.
extern "C" SIGNET_EXPORT __attribute__((noinline)) void _dl_debug_state() {
  asm volatile("" ::: "memory");
}

namespace signet {

// A module's LinkMap is one of the list's.
static_assert(sizeof(LinkMap) == sizeof(link_map));
static_assert(offsetof(LinkMap, l_addr) == offsetof(link_map, l_addr));
static_assert(offsetof(LinkMap, l_name) == offsetof(link_map, l_name));
static_assert(offsetof(LinkMap, l_ld) == offsetof(link_map, l_ld));
static_assert(offsetof(LinkMap, l_next) == offsetof(link_map, l_next));
static_assert(offsetof(LinkMap, l_prev) == offsetof(link_map, l_prev));

void ShowToDebuggers(Process& process) {
  _r_debug.r_version = 1;
  _r_debug.r_map = std::bit_cast<link_map*>(&FirstModule()->published.link);
  _r_debug.r_brk = std::bit_cast<uint64_t>(&_dl_debug_state);
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
  _r_debug.r_state = r_debug::RT_ADD;
  _dl_debug_state();
}

void DebugStateDelete() {
  _r_debug.r_state = r_debug::RT_DELETE;
  _dl_debug_state();
}

void DebugStateConsistent() {
  _r_debug.r_state = r_debug::RT_CONSISTENT;
  _dl_debug_state();
}

}  // namespace signet

// SPDX-License-Identifier: MIT
#include "loader/rdebug.h"

#include <bit>

#include "loader/module_table.h"

namespace signet {
namespace {

struct Rendezvous {
  int r_version;
  LinkMap* r_map;
  void (*r_brk)();
  int r_state;
  uint64_t r_ldbase;
};

// r_state
constexpr int kConsistent = 0;
constexpr int kAdd = 1;

constinit Rendezvous rendezvous = {};

}  // namespace

// Debuggers set a breakpoint here, and look at the list when it is hit.
extern "C" __attribute__((visibility("default"), noinline)) void _dl_debug_state() {
  asm volatile("");
}

void PublishDebug(Process& process) {
  rendezvous.r_version = 1;
  rendezvous.r_map = &FirstModule()->link;
  rendezvous.r_brk = &_dl_debug_state;
  rendezvous.r_ldbase = process.loader->image.load_bias();
  for (const elf::Dyn& dyn : process.program->dynamic.entries) {
    const uint64_t address = std::bit_cast<uint64_t>(&dyn);
    if (dyn.d_tag == DT_DEBUG &&
        process.program->image.Segment(address - process.program->image.load_bias(), sizeof dyn,
                                       PF_W)) {
      const_cast<elf::Dyn&>(dyn).d_un.d_ptr = std::bit_cast<uint64_t>(&rendezvous);
    }
  }
  _dl_debug_state();
}

void DebugStateAdd() {
  rendezvous.r_state = kAdd;
  _dl_debug_state();
}

void DebugStateConsistent() {
  rendezvous.r_state = kConsistent;
  _dl_debug_state();
}

}  // namespace signet

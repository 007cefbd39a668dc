// SPDX-License-Identifier: MIT
#include "loader/rdebug.h"

#include <bit>

namespace signet {
namespace {

struct Rendezvous {
  int r_version;
  LinkMap* r_map;
  void (*r_brk)();
  int r_state;  // 0: RT_CONSISTENT
  uint64_t r_ldbase;
};

constinit Rendezvous rendezvous = {};

}  // namespace

// Debuggers set a breakpoint here, and look at the list when it is hit.
extern "C" __attribute__((visibility("default"), noinline)) void _dl_debug_state() {
  asm volatile("");
}

void PublishDebug(Process& process) {
  LinkMap* last = nullptr;
  const auto append = [&](Module& module, const char* name) {
    module.link = {module.image.load_bias(), name, module.dynamic.entries.data(), nullptr, last};
    (last != nullptr ? last->l_next : rendezvous.r_map) = &module.link;
    last = &module.link;
  };
  append(*process.program, "");
  if (process.vdso != nullptr) append(*process.vdso, process.vdso->name);
  for (Module* module : process.modules) {
    if (module != process.program) append(*module, module->path);
  }
  rendezvous.r_version = 1;
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

}  // namespace signet

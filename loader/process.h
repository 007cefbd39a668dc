// SPDX-License-Identifier: MIT
//
// What the passes hand on to each other: the process as it takes shape.
//
// There is one, in the arena. The passes get it as an argument; only what the program or libc's
// interpreter calls back (services, the continuation) has to find it through `the_process`.
#pragma once

#include "elf/tls_layout.h"
#include "loader/module.h"
#include "loader/module_names.h"
#include "loader/options.h"
#include "loader/startup.h"

#pragma GCC visibility push(hidden)

namespace signet {

// The program that the interpreter sees.
struct StandIn {
  uint64_t start = 0;  // its only segment, whole pages; right below is the surplus of the TLS image
  uint64_t end = 0;
  uint64_t tls_end =
      0;  // where the thread pointer would be if the initial image were a thread's block
  std::span<elf::Phdr> phdrs;
  std::span<elf::Dyn> dynamic;
  std::span<elf::Sym> symbols;  // the loader's, in the same order
};

struct Process {
  // start
  Startup startup;
  Options options;
  Module* loader = nullptr;  // Signet's own module
  Module* vdso = nullptr;    // null if the kernel gives none

  // backend
  signet_backend backend = SIGNET_BACKEND_NONE;  // what is to hold the seals
  int mseal_error = 0;                           // what mseal answers here, 0: it works

  // load
  Module* program = nullptr;
  List<Module*> modules;     // the global scope, in breadth-first order, the program first
  ModuleNames module_names;  // of all modules
  uint32_t closure_count = 0;
  uint32_t visit_count = 0;
  Module* interpreter = nullptr;  // libc's; null if nothing in the closure needs one
  bool has_preload_file = false;  // /etc/ld.so.preload

  // static TLS
  elf::TlsLayout tls;             // all of it, the surplus included
  elf::TlsLayout tls_placed;      // without what of the surplus is not in use
  uint64_t tls_surplus_top = 0;   // where the surplus ends, in bytes below the thread pointer
  uint64_t tls_surplus_used = 0;  // down to here threads may have written to it

  // boot
  StandIn* stand_in = nullptr;  // null without libc

  // init
  List<Module*>
      init_order;  // natively linked libraries as they are initialised, dependencies first
};

extern constinit Process* the_process;

}  // namespace signet

#pragma GCC visibility pop

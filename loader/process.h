// SPDX-License-Identifier: MIT
//
// What the passes hand on to each other: the process as it takes shape.
//
// There is one, in the arena. The passes get it as an argument; only what the program or libc's
// interpreter calls back (services, the continuation) has to find it through `the_process`.
#pragma once

#include "elf/tls_layout.h"
#include "loader/diagnostics.h"
#include "loader/module.h"
#include "loader/module_names.h"
#include "loader/open_files.h"
#include "loader/options.h"
#include "loader/pass_timer.h"
#include "loader/startup.h"

struct dl_phdr_info;
struct dl_find_object;

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

struct TlsIndex;  // tls/dynamic_tls.h

// The functions of libc and of its interpreter that the loader passes calls on to; null without
// libc.
struct LibcFunctions {
  int (*iterate)(int (*)(dl_phdr_info*, size_t, void*), void*) = nullptr;
  int (*find_object)(void*, dl_find_object*) = nullptr;
  void* (*tls_get_addr)(TlsIndex*) = nullptr;
  int* (*errno_location)() = nullptr;
};
class Searcher;
struct ServiceState;
struct SealRecord;
struct TlsState;

// Static TLS of the natively linked modules, as LayoutStaticTls plans it.
struct StaticTls {
  elf::TlsLayout layout;      // all of it, the surplus included
  elf::TlsLayout placed;      // without what of the surplus is not in use
  uint64_t surplus_top = 0;   // where the surplus ends, in bytes below the thread pointer
  uint64_t surplus_used = 0;  // down to here threads may have written to it
};

struct Process {
  // start
  Startup startup;
  Options options;
  Diagnostics diagnostics;
  PassTimer timer;
  OpenFiles open_files;
  Searcher* searcher = nullptr;  // for libraries
  Module* loader = nullptr;      // Signet's own module
  Module* vdso = nullptr;        // null if the kernel gives none

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

  StaticTls tls;
  TlsState* tls_state = nullptr;  // of threads and of dynamic TLS

  // boot
  StandIn* stand_in = nullptr;  // null without libc

  // adopt
  LibcFunctions libc;

  // init
  List<Module*>
      init_order;  // natively linked libraries as they are initialised, dependencies first

  // seal
  SealRecord* seal_record = nullptr;

  // run
  ServiceState* services = nullptr;  // of dlopen and its family
  // What stands for libc's __cxa_thread_atexit_impl; null where nothing has to.
  const elf::Sym* thread_at_exit = nullptr;
};

extern constinit Process* the_process;

}  // namespace signet

#pragma GCC visibility pop

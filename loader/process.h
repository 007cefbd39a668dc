// SPDX-License-Identifier: MIT
//
// What the passes hand on to each other: the process as it takes shape.
//
// There is one. The passes get it as an argument. Only functions that the program or libc's
// interpreter calls (services, the continuation) find it by TheProcess().
//
// It has two halves. The first half is written once, before the seal, which closes its page: each
// group by the room of the loader that is named above it. A pointer in it never changes, but the
// object that it points to may. The second half, to which it has references, changes as often as
// something is linked: at the start, and, under the loader lock, when modules come and go.
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

class Searcher;
struct ServiceState;
struct SealRecord;
struct TlsState;
struct TlsIndex;

// The program that the interpreter sees.
struct StandIn {
  uint64_t start = 0;  // its only segment, whole pages; right below is the surplus of the TLS image
  uint64_t end = 0;
  // Where the thread pointer would be if the initial image were a thread's block.
  uint64_t tls_end = 0;
  std::span<elf::Phdr> phdrs;
  std::span<elf::Dyn> dynamic;
  std::span<elf::Sym> symbols;     // the loader's, in the same order, and allocators
  bool has_linked = false;         // its preinit function has run: the process is linked and sealed
  char** lent_variable = nullptr;  // of the environment, and its value (libc/boot.h); or null
  char* lent_value = nullptr;
};

// The functions of libc and of its interpreter that the loader passes calls on to; null without
// libc.
struct LibcFunctions {
  int (*iterate)(int (*)(dl_phdr_info*, size_t, void*), void*) = nullptr;
  int (*find_object)(void*, dl_find_object*) = nullptr;
  void* (*tls_get_addr)(TlsIndex*) = nullptr;
  int* (*errno_location)() = nullptr;
  void* load_lock = nullptr;                   // libc/load_lock.h; null if it is unknown
  struct ThreadLists* thread_lists = nullptr;  // tls/thread_lists.h; null if they are unknown
  uint64_t thread_link = 0;  // how far from the thread pointer a thread's link in these lists is
};

// LeakSanitizer's functions (tls/root_regions.h); null if it is not in the process.
struct RootRegions {
  void (*add)(const void* start, size_t size) = nullptr;
  void (*remove)(const void* start, size_t size) = nullptr;
};

// Static TLS of the natively linked modules. LayoutStaticTls plans it. A dlopen may place more in
// the surplus.
struct StaticTls {
  elf::TlsLayout layout;  // all of it, with the surplus
  elf::TlsLayout placed;  // without the part of the surplus that is not in use
  // Distances below the thread pointer, in bytes.
  uint64_t surplus_top = 0;   // of the higher end of the surplus, from which it is used downwards
  uint64_t surplus_used = 0;  // of the lowest byte of it that a module has ever had
};

// The half that changes. It lies in the arena.
struct LinkState {
  Diagnostics diagnostics;
  PassTimer timer;  // of the start only
  OpenFiles open_files;
  List<Module*> modules;     // the global scope, in breadth-first order, the program first
  ModuleNames module_names;  // of all modules
  List<Module*> init_order;  // natively linked libraries, in the order of their constructors
  StaticTls tls;
  bool stacks_are_executable = false;  // libc/executable_stack.h
  uint32_t closure_count = 0;          // closures that were loaded: each has a number
  uint32_t visit_count = 0;            // walks over dependencies: each has a number
};

struct Process {
  explicit constexpr Process(LinkState& state)
      : diagnostics(state.diagnostics),
        timer(state.timer),
        open_files(state.open_files),
        modules(state.modules),
        module_names(state.module_names),
        init_order(state.init_order),
        tls(state.tls),
        stacks_are_executable(state.stacks_are_executable),
        closure_count(state.closure_count),
        visit_count(state.visit_count) {}

  // Written once: closed and sealed with the RELRO of the loader.

  // start
  Startup startup;
  Options options;
  Searcher* searcher = nullptr;  // for libraries
  Module* loader = nullptr;      // Signet's own module
  Module* vdso = nullptr;        // null if the kernel gives none

  // services
  ServiceState* services = nullptr;  // of dlopen and its family
  // Takes the place of libc's __cxa_thread_atexit_impl; null if libc's is to stay (unload.h).
  const elf::Sym* thread_at_exit_symbol = nullptr;

  // load
  Module* program = nullptr;
  Module* interpreter = nullptr;  // libc's; null if nothing in the closure needs one
  bool has_preload_file = false;  // /etc/ld.so.preload

  // seal/choose_backend
  signet_backend backend = SIGNET_BACKEND_NONE;  // is to hold the seals
  int mseal_error = 0;                           // the kernel's answer to mseal; 0: it works
  SealRecord* seal_record = nullptr;

  // tls
  TlsState* tls_state = nullptr;  // of threads and of dynamic TLS
  RootRegions root_regions;

  // libc
  StandIn* stand_in = nullptr;  // null without libc

  // load, once libc is up
  LibcFunctions libc;

  // Changes: see LinkState.
  Diagnostics& diagnostics;
  PassTimer& timer;
  OpenFiles& open_files;
  List<Module*>& modules;
  ModuleNames& module_names;
  List<Module*>& init_order;
  StaticTls& tls;
  bool& stacks_are_executable;
  uint32_t& closure_count;
  uint32_t& visit_count;
};

// Where it is. It is made by signet_start (main.cc).
union ProcessMemory {
  constexpr ProcessMemory() : nothing() {}
  char nothing;
  Process process;
};
extern constinit ProcessMemory process_memory;

// If the compiler knew the address, it might keep it in a constant, which nobody would relocate.
inline Process& TheProcess() {
  Process* process = &process_memory.process;
  asm("" : "+r"(process));
  return *process;
}

}  // namespace signet

#pragma GCC visibility pop

// SPDX-License-Identifier: MIT
//
// A module: anything that is loaded. Its fields are grouped by the pass that computes them, in the
// order of the passes. A pass reads what earlier passes wrote. The flags in `map` follow the
// memory, which later passes open and close.
//
// Input and output: none; this is the state that passes share. Modules live in the arena. Where
// dlclose unloads (services/unload.h), they live in a region of it. Not thread-safe: changed while
// linking, under the loader lock.
#pragma once

#include <span>

#include "base/arena.h"
#include "elf/dynamic.h"
#include "elf/image.h"
#include "elf/phdr.h"
#include "elf/version.h"
#include "signet/ledger.h"

#pragma GCC visibility push(hidden)

namespace signet {

// The public part of struct link_map in <link.h>. Debuggers read it.
struct LinkMap {
  uint64_t l_addr = 0;
  const char* l_name = "";
  const elf::Dyn* l_ld = nullptr;
  LinkMap* l_next = nullptr;
  LinkMap* l_prev = nullptr;
};

// Signet's own libthread_db (gdb/thread_db.cc) finds LinkMapTail right behind a module's LinkMap,
// and knows it by this signature.
inline constexpr uint64_t kLinkMapSignature = 0x50414d74656e6753;  // "SgnetMAP"

struct LinkMapTail {
  uint64_t signature = 0;  // kLinkMapSignature
  uint64_t tls_id = 0;
  uint64_t thread_state_offset = 0;  // of every thread's ThreadState below its thread pointer
};

// For a module whose file Signet does not read.
inline constexpr uint64_t kUnknownSize = UINT64_MAX;

struct Module;

// A group whose members find each other's symbols although it is not global.
struct LocalScope {
  const Module* root;  // that was opened
  std::span<Module* const> modules;
  LocalScope* next;
};

// Where a module's file was found.
struct ModuleFile {
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t size = kUnknownSize;  // bytes
  int64_t changed = 0;           // when its contents were changed: nanoseconds since 1970
  uint32_t mode = 0;             // st_mode, of a file that Signet reads
  elf::Ehdr header = {};         // of a file that Signet reads
};

// For the search for the libraries that the module needs.
struct ModuleSearch {
  // These two are found when they are first asked for.
  const char* directory = nullptr;          // what $ORIGIN stands for; "" if that is unknown
  const struct SearchPath* path = nullptr;  // its DT_RPATH or DT_RUNPATH
  Module* needed_by = nullptr;              // whose DT_NEEDED brought it, and whose DT_RPATH may
                                            // count for what this module needs
};

// Where a module is in memory.
struct ModuleMap {
  elf::ProgramHeaders headers;
  elf::Image image;
  uint64_t start = 0;         // address of the first byte of the span
  uint64_t end = 0;           // address behind its last byte
  uint64_t phdr_address = 0;  // of the program headers as the program sees them
  uint64_t entry = 0;         // address of e_entry, 0 if there is none
  uint64_t relro_start = 0;   // page-aligned addresses; equal if there is no RELRO
  uint64_t relro_end = 0;
  bool relro_open = true;       // RELRO can still be written
  bool kernel_mapped = false;   // a program that has Signet as its PT_INTERP
  bool fixed_address = false;   // ET_EXEC
  bool text_anonymous = false;  // its read-only segments are in anonymous memory
  bool text_writable = false;   // its read-only segments are open for text relocations
};

// A library whose symbols come before those of the module that names it: the filter.
struct Filtee {
  const char* name;
  bool is_optional;  // DT_AUXILIARY: it may be missing
};

// From the tables that PT_DYNAMIC points to.
struct ModuleDecoded {
  std::span<elf::Version> versions;     // by version index
  std::span<const char*> needed_names;  // in DT_NEEDED order
  std::span<Filtee> filtees;            // in their order; once they are loaded, without those that
                                        // are missing
};

// A module's place in a closure.
struct ModuleClosure {
  uint32_t number = 0;        // of the last closure that it was found to be in
  uint32_t expanded = 0;      // of the last closure into which what it needs was entered
  bool is_missing = false;    // not found; no error with --list
  std::span<Module*> needed;  // by needed_names, then filtees; complete once the closure is loaded
};

struct ModuleTls {
  uint64_t offset = 0;    // static TLS offset; 0 if there is none (yet), or kTlsDynamicOnly
  uint64_t id = 0;        // TLS module id; 0 if the module has no TLS
  bool is_ready = false;  // of a module that came by dlopen: its TLS image is relocated
};

struct ModuleInit {
  uint32_t visited = 0;             // number of the last walk over dependencies that visited it
  std::span<Module* const> sorted;  // of a module that dlopen has returned: link/constructors.h
  bool is_initialised = false;      // its constructors have begun
};

// For dlopen.
struct ModuleOpened {
  bool is_global = false;              // in the global scope
  uint32_t count = 0;                  // calls of dlopen minus calls of dlclose
  bool is_closed = false;              // under ld.so it would be gone (services/closed.h)
  std::span<Module* const> group;      // itself and all that it needs, breadth-first; found when
                                       // it is first asked for
  LocalScope* local_scopes = nullptr;  // groups that were opened and contain it
};

// For dlclose, if it unloads.
struct ModuleUnload {
  Region* region = nullptr;         // memory of the dlopen that brought it, this struct included;
                                    // null if the module will never be unloaded
  bool stays = false;               // it will not be unloaded, even if it has a region
  bool is_dying = false;            // its destructors are running, or have run
  uint32_t thread_destructors = 0;  // of objects of threads that still live
  List<Module*> bound;              // modules that its references are bound to, or where it has
                                    // found something by dlsym, besides closure.needed
  Module* next_removed = nullptr;   // of the modules that are unloaded together

  bool IsRemovable() const { return region != nullptr && !stays; }
};

// For readers outside the passes: debuggers, and modules that are loaded later.
struct ModulePublished {
  bool is_linked = false;  // complete: what is loaded now may be bound to it
  LinkMap link;
  LinkMapTail link_tail;
  // A handle of dlopen is the address of `link`. If somebody gives one to libc's own functions,
  // they take it for a longer structure of libc's interpreter, in which zeroes mean: no scope to
  // search, not opened. Then they fail with a message.
  uint64_t unknown_to_libc[152] = {};
};

struct Module {
  const char* name = "";  // as DT_NEEDED or the command line states it
  const char* path = "";  // the file found; "" for the vdso
  signet_origin origin = SIGNET_ORIGIN_LIBRARY;

  ModuleSearch search;
  ModuleFile file;
  ModuleMap map;
  elf::Dynamic dynamic;  // what PT_DYNAMIC says
  ModuleDecoded decoded;
  ModuleClosure closure;
  ModuleTls tls;
  // While a table of the scope exists (link/export_table.h): by symbol index, GNU hashes of the
  // names of undefined symbols that relocations refer to, without the lowest bit.
  std::span<uint32_t> undefined_hashes;
  ModuleInit init;
  ModuleOpened opened;
  ModuleUnload unload;
  ModulePublished published;

  // Signet itself links it, not libc's interpreter or the kernel.
  bool IsNative() const {
    return origin == SIGNET_ORIGIN_PROGRAM || origin == SIGNET_ORIGIN_LIBRARY;
  }
  // It belongs to the runtime, which libc's interpreter loads. True as soon as that is known, and
  // so before it is loaded and adopted.
  bool IsAdopted() const { return origin == SIGNET_ORIGIN_ADOPTED; }

  // A program that asks for no dynamic linker: it has neither PT_INTERP nor DT_NEEDED, and
  // relocates itself, as the kernel would start it. Dynamic linkers are of that kind, too. A mark
  // (DF_1_PIE) is optional, and older linkers set none.
  bool IsStaticProgram() const {
    return origin == SIGNET_ORIGIN_PROGRAM && map.headers.interp == nullptr &&
           dynamic.needed_count == 0;
  }

  // On x86-64, to have no PT_GNU_STACK is to demand it; of a static program only the kernel says
  // what it has.
  bool DemandsExecutableStack() const {
    if (map.headers.stack != nullptr) return IsNative() && (map.headers.stack->p_flags & PF_X) != 0;
    return IsNative() && !IsStaticProgram();
  }

  // Its own name; without DT_SONAME, the name by which it was asked for first.
  const char* soname() const { return dynamic.soname != nullptr ? dynamic.soname : name; }
};

}  // namespace signet

#pragma GCC visibility pop

// SPDX-License-Identifier: MIT
//
// A module: anything loaded. Its fields are grouped by the pass that computes them, in the order of
// the passes; a pass reads what earlier passes wrote, and writes its own group.
//
// Modules live in the arena, and where dlclose unloads (unload.h) in a region of it.
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

// <link.h>'s public part of struct link_map, which debuggers read.
struct LinkMap {
  uint64_t l_addr = 0;
  const char* l_name = "";
  const elf::Dyn* l_ld = nullptr;
  LinkMap* l_next = nullptr;
  LinkMap* l_prev = nullptr;
};

// Right behind a module's LinkMap, for Signet's own libthread_db (gdb/thread_db.cc).
inline constexpr uint64_t kLinkMapSignature = 0x50414d74656e6753;  // "SgnetMAP"

struct LinkMapTail {
  uint64_t signature = 0;  // kLinkMapSignature
  uint64_t tls_id = 0;
  uint64_t thread_state_offset = 0;  // of every thread's ThreadState below its thread pointer
};

// The file is not at hand.
inline constexpr uint64_t kUnknownSize = UINT64_MAX;

struct Module;

// A group whose members find each other's symbols although it is not global.
struct LocalScope {
  std::span<Module* const> modules;
  LocalScope* next;
};

// Where a module's file was found.
struct ModuleFile {
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t size = kUnknownSize;  // bytes
  elf::Ehdr header = {};         // of a file that Signet reads
};

// What the search for the libraries that it needs has to know.
struct ModuleSearch {
  const char* directory = nullptr;  // what $ORIGIN stands for; found when first asked for
  const struct SearchPath* path =
      nullptr;  // its DT_RPATH or DT_RUNPATH; split when first asked for
  Module* needed_by =
      nullptr;  // whose DT_NEEDED brought it; its DT_RPATH may count for this module's own
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

// What the tables that PT_DYNAMIC names say.
struct ModuleDecoded {
  std::span<elf::Version> versions;     // by version index
  std::span<const char*> needed_names;  // in DT_NEEDED order
};

// A module's place in a closure.
struct ModuleClosure {
  uint32_t number = 0;        // of the last closure that it was found to be in
  bool is_missing = false;    // not found, where that is no error: --list
  std::span<Module*> needed;  // by needed_names; known to be complete once the closure is loaded
};

struct ModuleTls {
  uint64_t offset = 0;    // static TLS offset; 0 if there is none (yet), or kTlsDynamicOnly
  uint64_t id = 0;        // TLS module id; 0 if the module has no TLS
  bool is_ready = false;  // of a module that came by dlopen: its TLS image is relocated
};

struct ModuleInit {
  uint32_t visited = 0;         // number of the last walk over dependencies that came by
  bool is_initialised = false;  // its constructors have begun
};

// What dlopen knows of it.
struct ModuleOpened {
  bool is_global = false;              // in the global scope
  uint32_t count = 0;                  // dlopens less dlcloses
  std::span<Module* const> group;      // itself and all that it needs, breadth-first; found when
                                       // asked for
  LocalScope* local_scopes = nullptr;  // groups that were opened and have it in them
};

// What dlclose knows of it, where it unloads.
struct ModuleUnload {
  Region* region = nullptr;         // memory of the dlopen that brought it, and this in it; null
                                    // if the module will never be unloaded
  bool stays = false;               // it will not be unloaded after all
  bool is_dying = false;            // its destructors are running, or have run
  uint32_t thread_destructors = 0;  // of objects of threads that still live
  List<Module*> bound;              // what its references are bound to, beside closure.needed
  Module* next_removed = nullptr;   // of those that go together

  bool IsRemovable() const { return region != nullptr && !stays; }
};

// What others are shown.
struct ModulePublished {
  bool is_linked = false;  // complete: what is loaded now may be bound to it
  LinkMap link;
  LinkMapTail link_tail;
};

struct Module {
  const char* name = "";  // as DT_NEEDED or the command line has it
  const char* path = "";  // the file found; "" for the vdso
  signet_origin origin = SIGNET_ORIGIN_LIBRARY;

  ModuleSearch search;
  ModuleFile file;
  ModuleMap map;
  elf::Dynamic dynamic;  // what PT_DYNAMIC says
  ModuleDecoded decoded;
  ModuleClosure closure;
  ModuleTls tls;
  std::span<uint32_t> symbol_hashes;  // by the resolver: GNU hashes of the symbols referred to,
                                      // lowest bit 0; empty without a table
  ModuleInit init;
  ModuleOpened opened;
  ModuleUnload unload;
  ModulePublished published;

  // Linked by Signet itself, rather than by libc's interpreter or the kernel.
  bool IsNative() const {
    return origin == SIGNET_ORIGIN_PROGRAM || origin == SIGNET_ORIGIN_LIBRARY;
  }
  bool IsAdopted() const { return origin == SIGNET_ORIGIN_ADOPTED; }

  // A program that asks for no dynamic linker: it has neither PT_INTERP nor DT_NEEDED, and
  // relocates itself.
  bool IsStaticProgram() const {
    return origin == SIGNET_ORIGIN_PROGRAM && map.headers.interp == nullptr &&
           dynamic.needed_count == 0 && (map.fixed_address || (dynamic.flags_1 & DF_1_PIE) != 0);
  }

  bool DemandsExecutableStack() const {
    return IsNative() && map.headers.stack != nullptr && (map.headers.stack->p_flags & PF_X) != 0;
  }

  // What messages and lists call it.
  const char* soname() const { return dynamic.soname != nullptr ? dynamic.soname : name; }
};

}  // namespace signet

#pragma GCC visibility pop

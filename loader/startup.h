// SPDX-License-Identifier: MIT
//
// What the kernel and the user hand over: argument vector, environment, auxiliary vector, and the
// loader's own options.
//
// Input: the stack pointer at _start. Output: facts and options; when run as a command, the stack
// is put into the shape that it would have had if the kernel had started the program. No system
// calls, except to print --help and the like.
#pragma once

#include <elf.h>

#include <cstdint>
#include <string_view>

#include "signet/ledger.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct Startup {
  uint64_t* stack = nullptr;  // where argc is
  char** argv = nullptr;
  char** envp = nullptr;
  Elf64_auxv_t* auxv = nullptr;
  bool as_command =
      false;  // ld-signet.so PROGRAM …; otherwise the kernel has mapped the program and us
  bool secure = false;  // AT_SECURE

  uint64_t argc() const { return *stack; }

  // The entry of the auxiliary vector, or null.
  Elf64_auxv_t* Aux(uint64_t type) const;
  uint64_t AuxValue(uint64_t type) const;  // 0 if absent
  void SetAux(uint64_t type, uint64_t value) const;
  // The value of an environment variable, or null. Null for all in secure mode.
  const char* Environment(std::string_view name) const;
};

// Static TLS that is kept for modules that come later, in bytes, as much as glibc keeps.
inline constexpr uint64_t kTlsSurplus = 1664;

// What --require asks for.
enum class Requirement : uint8_t { kNothing, kKernel, kEnforced };

// --dlopen-seal: what is sealed of that which comes by dlopen. What is not sealed is unloaded by
// the last dlclose, unless it is NODELETE.
enum class DlopenSeal : uint8_t { kAlways, kNodelete, kNever };

struct Options {
  const char* program = nullptr;
  const char* library_path = nullptr;
  const char* preload = nullptr;           // --preload
  const char* preload_variable = nullptr;  // LD_PRELOAD
  const char* argv0 = nullptr;
  uint32_t seal_kinds = 0;  // bit 1 << signet_kind, and SIGNET_MARKED_ONLY
  unsigned trace_topics = 0;
  uint64_t tls_surplus = kTlsSurplus;  // bytes
  int verify_fd = -1;                  // --verify
  bool list = false;
  bool inhibit_cache = false;
  Requirement require = Requirement::kNothing;
  signet_backend backend = SIGNET_BACKEND_COUNT;  // --backend; COUNT: the strongest there is
  signet_backend fallback = SIGNET_BACKEND_GUARD;
  bool also_seccomp = false;
  bool stats = false;
  bool stop = false;
  DlopenSeal dlopen_seal = DlopenSeal::kAlways;
};

// True for "LD_…", of an environment.
bool IsLoaderVariable(const char* variable);

// Where the kernel put things.
Startup ReadStack(uint64_t* stack);

// The command line (when run as a command) and the environment. Usage errors end the process.
Options ReadOptions(Startup& startup);

}  // namespace signet

#pragma GCC visibility pop

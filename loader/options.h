// SPDX-License-Identifier: MIT
//
// The settings that the command line and the environment give the loader.
//
// Read by start/options.h; what each option means is in ld-signet.so(8). The strings are the
// process's own arguments and environment.
#pragma once

#include <cstdint>

#include "signet/ledger.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Static TLS that is kept for modules that come later, in bytes. With what libc keeps at least
// (256) and with the loader's own state of a thread (128), it is as much as glibc keeps.
inline constexpr uint64_t kDefaultTlsSurplus = 1280;

// What --require asks for.
enum class Requirement : uint8_t { kNothing, kKernel, kEnforced };

// --dlopen-seal: which of the modules that come by dlopen are sealed. The last dlclose unloads a
// module that is not sealed, unless it is NODELETE.
enum class DlopenSeal : uint8_t { kAlways, kNodelete, kNever };

struct Options {
  const char* program = nullptr;
  const char* library_path = nullptr;
  const char* preload = nullptr;           // --preload
  const char* preload_variable = nullptr;  // LD_PRELOAD
  const char* audit_variable = nullptr;    // LD_AUDIT
  const char* argv0 = nullptr;
  const char* comm = nullptr;  // --comm
  uint32_t seal_kinds = 0;     // bit 1 << signet_kind, and SIGNET_MARKED_ONLY
  unsigned trace_topics = 0;
  uint64_t tls_surplus = kDefaultTlsSurplus;  // bytes
  unsigned highest_level = 4;                 // of x86-64, as far as GLIBC_TUNABLES allows
  bool old_order = false;                     // of constructors and destructors (link/old_order.h)
  bool list = false;
  bool inhibit_cache = false;
  Requirement require = Requirement::kNothing;
  signet_backend backend = SIGNET_BACKEND_COUNT;  // --backend; COUNT: the strongest that works
  signet_backend fallback = SIGNET_BACKEND_GUARD;
  bool also_seccomp = false;
  bool stats = false;
  bool stop = false;
  bool verify = false;
  bool verify_later = false;  // the program runs first; `verify` is set as well
  DlopenSeal dlopen_seal = DlopenSeal::kAlways;
};

}  // namespace signet

#pragma GCC visibility pop

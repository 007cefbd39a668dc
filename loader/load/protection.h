// SPDX-License-Identifier: MIT
//
// Changes to the memory of a module that is mapped: its RELRO is closed or opened, its text is
// opened for relocations, and file pages are replaced by anonymous copies.
//
// Input: a module whose `map` fields are filled in. Output: the protection of its pages, and the
// flags in module.map that remember it. A failure is reported. Nothing is mapped from a file here
// (that is map.h), and nothing is sealed. Not thread-safe: used while linking, under the loader
// lock.
#pragma once

#include <sys/mman.h>

#include "base/page.h"
#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

inline constexpr int kReadWrite = PROT_READ | PROT_WRITE;

// For memory of this size that will be written at once, a call that populates it costs less than
// the page faults.
inline constexpr uint64_t kPopulateFrom = 2 * kPageSize;

[[nodiscard]] bool ChangeProtection(Diagnostics& diagnostics, const Module& module, uint64_t start,
                                    uint64_t end, int protection);

// Replaces [start, end) by an anonymous mapping with the same bytes, readable and writable.
// MADV_DONTNEED throws a private file page away, even a sealed one, and the file's bytes show
// again. An anonymous page that is sealed and read-only cannot be thrown away.
[[nodiscard]] bool MakeAnonymous(Diagnostics& diagnostics, const Module& module, uint64_t start,
                                 uint64_t end);

// Replaces closed RELRO by an anonymous copy while other threads may read it. They find its
// contents there at any time.
[[nodiscard]] bool MakeClosedRelroAnonymous(Diagnostics& diagnostics, const Module& module);

// For a module with text relocations. OpenText puts every read-only segment into anonymous memory
// that can be written but not executed. CloseText gives each segment the protection that the file
// asks for.
[[nodiscard]] bool OpenText(Diagnostics& diagnostics, Module& module);
[[nodiscard]] bool CloseText(Diagnostics& diagnostics, Module& module);

// Makes RELRO read-only, or writable again. Does nothing if it is so already.
[[nodiscard]] bool ProtectRelro(Diagnostics& diagnostics, Module& module);
[[nodiscard]] bool OpenRelro(Diagnostics& diagnostics, Module& module);

}  // namespace signet

#pragma GCC visibility pop

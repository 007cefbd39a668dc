// SPDX-License-Identifier: MIT
//
// Reads another process: its memory, its auxiliary vector and its smaps. Changes nothing in it, and
// does not stop it: two reads may see it at two moments.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tool/process/smaps.h"
#include "tool/result.h"

namespace signet::tool {

// Fills `into` with the memory at `address`. False, with unspecified contents, if not all of that
// can be read.
using ReadMemory = std::function<bool(uint64_t address, std::span<std::byte> into)>;

// Those entries of an auxiliary vector that say where the interpreter and the program are.
struct Auxv {
  uint64_t base = 0;  // AT_BASE: address of the interpreter, 0 if there is none
  uint64_t phdr = 0;  // AT_PHDR: address of the program headers of what was executed
};

// Reads the bytes of /proc/PID/auxv of a 64-bit process. A missing entry stays 0.
Auxv ParseAuxv(std::span<const std::byte> bytes);

// A process that is open for reading. It stays the process that had the PID when it was opened,
// even if the kernel gives that PID to another process later. Movable. Every function may be called
// from several threads at once.
class ProcessReader {
 public:
  // Fails if there is no such process, or no permission to read it. This error, and those below,
  // tell apart: a zombie, a thread of the kernel, a process of another user, a 32-bit program.
  static Result<ProcessReader> Open(pid_t pid);

  ProcessReader(ProcessReader&& other) noexcept;
  ProcessReader& operator=(ProcessReader&& other) = delete;
  ~ProcessReader();

  pid_t pid() const { return pid_; }

  Result<Auxv> ReadAuxv() const;

  // Also fails if there is no address space: for a kernel thread, and for a process that has ended.
  // Which mappings are sealed takes the kernel several times as long as all the rest.
  enum class Seals { kRead, kLeaveOut };
  Result<std::vector<SmapsMapping>> ReadMappings(Seals seals = Seals::kRead) const;

  // True if its memory is executable wherever it is readable (personality READ_IMPLIES_EXEC).
  bool ReadImpliesExec() const;

  // See ReadMemory.
  bool Read(uint64_t address, std::span<std::byte> into) const;

 private:
  ProcessReader(pid_t pid, int directory, int memory)
      : pid_(pid), directory_(directory), memory_(memory) {}

  // The whole text of the file `name` in the process's directory in /proc.
  Result<std::string> ReadFile(const char* name) const;

  pid_t pid_;
  int directory_;  // /proc/PID
  int memory_;     // /proc/PID/mem
};

}  // namespace signet::tool

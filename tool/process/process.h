// SPDX-License-Identifier: MIT
//
// Reading another process: its memory, its auxiliary vector and its smaps. Changes nothing in it
// and does not stop it, so what is read may be a moment apart.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tool/process/maps.h"
#include "tool/result.h"

namespace signet::tool {

// Fills `into` from `address` on; false, with unspecified contents, where not all of it is there.
using ReadMemory = std::function<bool(uint64_t address, std::span<std::byte> into)>;

// The entries of an auxiliary vector that tell where the interpreter and the program are.
struct Auxv {
  uint64_t base = 0;  // AT_BASE: address of the PT_INTERP, 0 where there is none
  uint64_t phdr = 0;  // AT_PHDR: address of the program headers of what was executed
};

// Reads the bytes of /proc/PID/auxv of a 64-bit process; what is missing stays 0.
Auxv ParseAuxv(std::span<const std::byte> bytes);

// A process that is open for reading. Holds on to the process that had the PID when it was opened,
// so that a PID that is used anew is not taken for it. Movable; every function may be called from
// several threads at once.
class Process {
 public:
  // Fails with one sentence where there is no such process or no permission.
  static Result<Process> Open(pid_t pid);

  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) = delete;
  ~Process();

  pid_t pid() const { return pid_; }

  Result<Auxv> ReadAuxv() const;

  // Fails too where there is no address space: a kernel thread, or a process that has ended.
  Result<std::vector<Mapping>> ReadMappings() const;

  // As the type ReadMemory says.
  bool Read(uint64_t address, std::span<std::byte> into) const;

 private:
  Process(pid_t pid, int directory, int memory)
      : pid_(pid), directory_(directory), memory_(memory) {}

  // The whole text of the file `name` in the process's directory in /proc.
  Result<std::string> ReadFile(const char* name) const;

  pid_t pid_;
  int directory_;  // /proc/PID
  int memory_;     // /proc/PID/mem
};

}  // namespace signet::tool

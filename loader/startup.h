// SPDX-License-Identifier: MIT
//
// What the kernel hands over: argument vector, environment and auxiliary vector.
//
// Input: the stack pointer at _start. Output: where things are. Functions that take something off
// the stack leave it in a shape that the kernel could have made. Does not know what arguments mean
// (start/options.h). No system calls. One thread: there is no other yet.
#pragma once

#include <elf.h>

#include <cstdint>
#include <string_view>

#pragma GCC visibility push(hidden)

namespace signet {

struct Startup {
  uint64_t* stack = nullptr;  // where argc is
  char** argv = nullptr;
  char** envp = nullptr;
  Elf64_auxv_t* auxv = nullptr;
  bool as_command = false;  // "ld-signet.so PROGRAM"; otherwise the kernel mapped the program, too
  bool secure = false;      // AT_SECURE

  uint64_t argc() const { return *stack; }

  // The entry of the auxiliary vector, or null.
  Elf64_auxv_t* Aux(uint64_t type) const;
  uint64_t AuxValue(uint64_t type) const;  // 0 if absent
  void SetAux(uint64_t type, uint64_t value) const;
  // The value of an environment variable, or null. Null for all in secure mode.
  const char* Environment(std::string_view name) const;
};

// True for "LD_…", of an environment.
bool IsLoaderVariable(const char* variable);

// Where the kernel put things.
Startup ReadStack(uint64_t* stack);

// Takes `count` arguments off the front.
void DropArguments(Startup& startup, uint64_t count);

// Takes off the variables that a secure process must neither follow nor pass on to programs that it
// executes: LD_…, SIGNET_…, and all that any version of glibc removes. This does not depend on
// which libc the program has, nor on whether it has one.
void DropUnsafeVariables(Startup& startup);

}  // namespace signet

#pragma GCC visibility pop

// SPDX-License-Identifier: MIT
//
// The functions of libc and of its interpreter that the loader calls.
//
// Input: the adopted modules. Output: addresses by name; null without libc. Thread-safe where the
// comments below say so.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Fills in process.libc.
void FindLibcFunctions(Process& process);

// The address at which an adopted module exports `name`, or 0. The loader lock is not needed if a
// module from the start defines it.
uint64_t FindInRuntime(const Process& process, const char* name);

// The same for a function, by its type.
template <typename Function>
Function* FindLibcFunction(const Process& process, const char* name) {
  return std::bit_cast<Function*>(FindInRuntime(process, name));
}

// libc's own dlopen and dlclose, which call its interpreter. Before 2.34 glibc has them in libdl,
// and in libc under private names. OpenByLibc returns null on failure; ErrorOfLibc then says why,
// or is empty if libc cannot say it.
void* OpenByLibc(const Process& process, const char* path, int mode);
void CloseByLibc(const Process& process, void* handle);
std::string_view ErrorOfLibc(const Process& process);

// The variables of glibc's interpreter, which other parts of glibc share; empty without glibc. What
// is where in them is private to each version.
std::span<uint64_t> InterpreterVariables(const Process& process);

// Calls visit(T&) for each place among them where a T may be.
template <typename T, typename Visit>
void ForEachVariable(const Process& process, Visit visit) {
  static_assert(alignof(T) == sizeof(uint64_t));
  const std::span<uint64_t> words = InterpreterVariables(process);
  uint64_t* word = words.data();
  for (size_t left = words.size(); left >= sizeof(T) / sizeof(uint64_t); --left, ++word)
    visit(*std::bit_cast<T*>(word));
}

}  // namespace signet

#pragma GCC visibility pop

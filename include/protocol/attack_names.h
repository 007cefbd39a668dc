// SPDX-License-Identifier: MIT
//
// The names of the attacks that --verify makes.
//
// Input: an AttackCall. Output: text that is part of the program. Pure, thread-safe. What a record
// says beside its call is worded by `signet verify` alone.
#pragma once

#include "protocol/attack_record.h"

namespace signet {

// The system call, which is also the name of libc's function where HasLibcFunction says so.
constexpr const char* AttackCallName(AttackCall call) {
  switch (call) {
    case AttackCall::kNone:
      return "no known attack";
    case AttackCall::kMprotect:
      return "mprotect";
    case AttackCall::kPkeyMprotect:
      return "pkey_mprotect";
    case AttackCall::kMunmap:
      return "munmap";
    case AttackCall::kMapFixed:
    case AttackCall::kMapNoReplace:
      return "mmap";
    case AttackCall::kMap64Fixed:
      return "mmap64";
    case AttackCall::kRemapAway:
    case AttackCall::kRemapGrow:
    case AttackCall::kRemapShrink:
    case AttackCall::kRemapSame:
    case AttackCall::kRemapOnto:
    case AttackCall::kRemapKeep:
      return "mremap";
    case AttackCall::kMadvise:
      return "madvise";
    case AttackCall::kProcessMadvise:
      return "process_madvise";
    case AttackCall::kRemapFilePages:
      return "remap_file_pages";
    case AttackCall::kShmat:
      return "shmat";
    case AttackCall::kBrk:
      return "brk";
    case AttackCall::kSelfMem:
      return "write";
    case AttackCall::kProcessVm:
      return "process_vm_writev";
    case AttackCall::kUserfault:
      return "userfaultfd";
    case AttackCall::kIoUring:
      return "io_uring";
    case AttackCall::kPtrace:
      return "ptrace";
  }
  return "";
}

// What distinguishes attacks by one system call: stands behind its name, or is empty.
constexpr const char* AttackManner(AttackCall call) {
  switch (call) {
    case AttackCall::kMapFixed:
    case AttackCall::kMap64Fixed:
      return "MAP_FIXED";
    case AttackCall::kMapNoReplace:
      return "MAP_FIXED_NOREPLACE";
    case AttackCall::kRemapAway:
      return "away";
    case AttackCall::kRemapGrow:
      return "to grow";
    case AttackCall::kRemapShrink:
      return "to shrink";
    case AttackCall::kRemapSame:
      return "to the same";
    case AttackCall::kRemapOnto:
      return "onto it";
    case AttackCall::kRemapKeep:
      return "MREMAP_DONTUNMAP";
    case AttackCall::kShmat:
      return "SHM_REMAP";
    case AttackCall::kSelfMem:
      return "to /proc/self/mem";
    case AttackCall::kPtrace:
      return "PTRACE_POKETEXT";
    default:
      return "";
  }
}

// False where the attack is made only by an instruction of the attacker's own.
constexpr bool HasLibcFunction(AttackCall call) {
  return call >= AttackCall::kMprotect && call <= AttackCall::kShmat;
}

}  // namespace signet

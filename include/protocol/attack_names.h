// SPDX-License-Identifier: MIT
//
// The names of the attacks that --verify makes.
//
// Input: an AttackCall. Output: text that is part of the program. Pure, thread-safe. `signet
// verify` alone finds the words for the rest of a record.
//
// The names are rows of characters in the order of AttackCall, because nothing relocates the
// loader.
#pragma once

#include "protocol/attack_record.h"

namespace signet {

struct AttackNameRow {
  char call[18];
  char manner[20];
};

inline constexpr AttackNameRow kAttackNames[kAttackCallCount] = {
    {"no known attack", ""},
    {"mprotect", ""},
    {"pkey_mprotect", ""},
    {"munmap", ""},
    {"mmap", "MAP_FIXED"},
    {"mmap64", "MAP_FIXED"},
    {"mmap", "MAP_FIXED_NOREPLACE"},
    {"mremap", "away"},
    {"mremap", "to grow"},
    {"mremap", "to shrink"},
    {"mremap", "to the same"},
    {"mremap", "onto it"},
    {"mremap", "MREMAP_DONTUNMAP"},
    {"madvise", ""},
    {"process_madvise", ""},
    {"remap_file_pages", ""},
    {"shmat", "SHM_REMAP"},
    {"mmap", "MAP_HUGETLB"},
    {"mmap", "of huge pages"},
    {"__mprotect", ""},
    {"__munmap", ""},
    {"__mmap", "MAP_FIXED"},
    {"prctl", "PR_SET_MM, brk"},
    {"brk", ""},
    {"write", "to /proc/self/mem"},
    {"process_vm_writev", ""},
    {"userfaultfd", ""},
    {"remote madvise", ""},
    {"io_uring", ""},
    {"ptrace", "PTRACE_POKETEXT"},
};

// The system call, which is also the name of libc's function if HasLibcFunction says so. Advice
// that another process gives by process_madvise has a name of its own.
constexpr const char* AttackCallName(AttackCall call) {
  return kAttackNames[static_cast<size_t>(call)].call;
}

static_assert(AttackCallName(AttackCall::kPtrace)[0] == 'p');

// Distinguishes attacks that use the same system call. It stands behind the call's name, and may be
// empty.
constexpr const char* AttackManner(AttackCall call) {
  return kAttackNames[static_cast<size_t>(call)].manner;
}

// False if attackers make this call only by an instruction of their own.
constexpr bool HasLibcFunction(AttackCall call) {
  return call >= AttackCall::kMprotect && call <= AttackCall::kMoveBreak;
}

}  // namespace signet

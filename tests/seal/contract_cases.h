// SPDX-License-Identifier: MIT
//
// mseal's contract, a case a row: transcripts of mapping calls (testdata/seal/script.c says how to
// read them) with the answers that Linux 6.12 and later give.
#pragma once

#include <ostream>
#include <span>
#include <string>

namespace signet::test {

// What not every kernel or user has.
enum class Need {
  kNothing,
  kLowAddresses,  // to map address 0
  kCodeDenial,    // PR_SET_MDWE: Linux 6.3
  kGuards,        // MADV_GUARD_INSTALL in files' mappings, too: Linux 6.15
  kManyMoves,     // mremap of several mappings: Linux 6.17
};

// Why it is not to be had here, or "".
std::string MissingReason(Need need);

struct ContractCase {
  const char* name;
  const char* transcript;
  Need need = Need::kNothing;
  // Where the guards answer otherwise, who ask the kernel what else there is against a call, and
  // cannot ask everything.
  const char* by_ledger = transcript;
  // Where the filter answers otherwise: it does not see what is wrong with arguments that it
  // refuses.
  const char* by_seccomp = by_ledger;

  // For gtest.
  friend void PrintTo(const ContractCase& row, std::ostream* stream) { *stream << row.name; }
};

std::span<const ContractCase> SealCases();         // what mseal takes and refuses
std::span<const ContractCase> ProtectionCases();   // mprotect on what is sealed
std::span<const ContractCase> ReplacementCases();  // munmap, mmap, mremap
std::span<const ContractCase> AdviceCases();       // madvise

}  // namespace signet::test

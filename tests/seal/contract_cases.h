// SPDX-License-Identifier: MIT
//
// mseal's contract, a case a row: transcripts of mapping calls (testdata/seal/script.c says how to
// read them) with the answers that Linux 6.12 and later give.
#pragma once

#include <ostream>
#include <span>

namespace signet::test {

struct ContractCase {
  const char* name;
  const char* transcript;
  // Where the filter answers otherwise: it does not see what is wrong with arguments that it
  // refuses.
  const char* by_seccomp = transcript;

  // For gtest.
  friend void PrintTo(const ContractCase& row, std::ostream* stream) { *stream << row.name; }
};

std::span<const ContractCase> SealCases();         // what mseal takes and refuses
std::span<const ContractCase> ProtectionCases();   // mprotect on what is sealed
std::span<const ContractCase> ReplacementCases();  // munmap, mmap, mremap
std::span<const ContractCase> AdviceCases();       // madvise

}  // namespace signet::test

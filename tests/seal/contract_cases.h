// SPDX-License-Identifier: MIT
//
// mseal's contract, one case in each row: transcripts of mapping calls with the answers of
// Linux 6.12 and later. testdata/seal/script.c says how to read them.
//
// These cases of the kernel's own test (tools/testing/selftests/mm/mseal_test.c) have other names
// here:
//
//   addseal, multiple_vmas               seal_one_mapping, seal_several_mappings
//   invalid_input                        seal_invalid_flags, _address, _length
//   merge_and_split                      seal_merges_and_splits
//   mprotect_unalign_len, _variant_2     mprotect_unaligned_length
//   mprotect_two_vma, _with_split, _gap  mprotect_two_mappings, _split, mprotect_gap
//   munmap_two_vma, munmap_vma_with_gap  munmap_two_mappings, munmap_gap
//   mremap_… without a seal              mremap_unsealed, _onto, _to_zero, _dontunmap
//   mmap_… without a seal                mmap_unsealed
//   madvise_nodiscard                    advise_not_discarding
//   discard_ro_anon                      advise_read_only
//   discard_ro_anon_on_rw, _on_pkey      advise_writable, advise_pkey, advise_pkey_unsealed
//   discard_ro_anon_on_shared, _on_file  advise_shared, advise_file
//   discard_… without a seal             advise_unsealed, advise_unsealed_kinds
#pragma once

#include <ostream>
#include <span>
#include <string>

namespace signet::test {

// Abilities that some kernels or users do not have.
enum class Need {
  kNothing,
  kLowAddresses,   // to map address 0
  kCodeDenial,     // PR_SET_MDWE: Linux 6.3
  kGuardPages,     // MADV_GUARD_INSTALL in files' mappings, too: Linux 6.15
  kManyMoves,      // mremap of several mappings: Linux 6.17
  kProcessAdvice,  // process_madvise of this process with any advice: Linux 6.13
};

// Why it is missing here, or "".
std::string MissingReason(Need need);

struct ContractCase {
  const char* name;
  const char* transcript;
  Need need = Need::kNothing;
  // The answers of the backend guard, where they differ: it asks the kernel whether anything else
  // is wrong with a call, but cannot ask everything.
  const char* by_guard = transcript;
  // The answers of the filter, where they differ: it refuses a call without a check of its other
  // arguments.
  const char* by_seccomp = by_guard;

  // For gtest.
  friend void PrintTo(const ContractCase& row, std::ostream* stream) { *stream << row.name; }
};

std::span<const ContractCase> SealCases();         // what mseal accepts and refuses
std::span<const ContractCase> ProtectionCases();   // mprotect on sealed memory
std::span<const ContractCase> ReplacementCases();  // munmap, mmap, mremap
std::span<const ContractCase> AdviceCases();       // madvise

}  // namespace signet::test

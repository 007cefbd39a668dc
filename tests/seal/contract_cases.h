// SPDX-License-Identifier: MIT
//
// mseal's contract, a case a row: transcripts of mapping calls (testdata/seal/script.c says how to
// read them) with the answers that Linux 6.12 and later give.
//
// Cases of the kernel's own test (tools/testing/selftests/mm/mseal_test.c) that are not found here
// by their names:
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
  const char* by_guard = transcript;
  // Where the filter answers otherwise: it does not see what is wrong with arguments that it
  // refuses.
  const char* by_seccomp = by_guard;

  // For gtest.
  friend void PrintTo(const ContractCase& row, std::ostream* stream) { *stream << row.name; }
};

std::span<const ContractCase> SealCases();         // what mseal takes and refuses
std::span<const ContractCase> ProtectionCases();   // mprotect on what is sealed
std::span<const ContractCase> ReplacementCases();  // munmap, mmap, mremap
std::span<const ContractCase> AdviceCases();       // madvise

}  // namespace signet::test

// SPDX-License-Identifier: MIT
#include "tests/seal/contract_cases.h"

namespace signet::test {
namespace {

constexpr ContractCase kSeal[] = {
    {"seal_one_mapping", R"(
      map 0 4 r = @0 rrrr
      seal 0 4 = 0 rrrr
      sealed 0 5 = ssss. rrrr)"},
    {"seal_unmapped_start", R"(
      map 0 4 r = @0 rrrr
      unmap 0 2 = 0 ..rr
      protect 0 4 w = ENOMEM ..rr
      seal 0 4 = ENOMEM ..rr
      sealed 0 4 = ..rr ..rr
      seal 2 2 = 0 ..rr
      sealed 0 4 = ..ss ..rr)"},
    {"seal_unmapped_middle", R"(
      map 0 4 r = @0 rrrr
      unmap 1 2 = 0 r..r
      seal 0 4 = ENOMEM r..r
      sealed 0 4 = r..r r..r
      seal 0 1 = 0 r..r
      seal 3 1 = 0 r..r
      sealed 0 4 = s..s r..r)"},
    {"seal_unmapped_end", R"(
      map 0 4 r = @0 rrrr
      unmap 2 2 = 0 rr
      seal 0 4 = ENOMEM rr
      sealed 0 4 = rr.. rr
      seal 0 2 = 0 rr
      sealed 0 4 = ss.. rr)"},
    {"seal_unmapped_all", R"(
      seal 0 4 = ENOMEM .)"},
    {"seal_several_mappings", R"(
      map 0 4 r = @0 rrrr
      protect 1 2 w = 0 rwwr
      seal 0 4 = 0 rwwr
      sealed 0 4 = ssss rwwr)"},
    {"seal_every_protection", R"(
      map 0 1 - = @0 -
      map 1 1 r = @1 -r
      map 2 1 w = @2 -rw
      map 3 1 x = @3 -rwx
      map 4 1 w shared = @4 -rwxw
      map 5 1 r file = @5 -rwxwr
      seal 0 6 = 0 -rwxwr
      sealed 0 6 = ssssss -rwxwr)"},
    {"seal_splits_at_start", R"(
      map 0 4 r = @0 rrrr
      protect 0 2 w = 0 wwrr
      seal 0 1 = 0 wwrr
      sealed 0 4 = swrr wwrr
      seal 1 3 = 0 wwrr
      sealed 0 4 = ssss wwrr)"},
    {"seal_splits_at_end", R"(
      map 0 4 r = @0 rrrr
      protect 0 2 w = 0 wwrr
      seal 3 1 = 0 wwrr
      sealed 0 4 = wwrs wwrr
      seal 0 3 = 0 wwrr
      sealed 0 4 = ssss wwrr)"},
    {"seal_invalid_flags", R"(
      map 0 4 r = @0 rrrr
      seal 0 4 1 = EINVAL rrrr
      seal 0 4 32 = EINVAL rrrr
      seal 0 0 1 = EINVAL rrrr
      sealed 0 4 = rrrr rrrr)"},
    {"seal_invalid_address", R"(
      map 0 4 r = @0 rrrr
      seal 0+1 2 = EINVAL rrrr
      seal 0+1 0 = EINVAL rrrr
      seal 0+4095 1 = EINVAL rrrr
      sealed 0 4 = rrrr rrrr)"},
    {"seal_invalid_length", R"(
      map 0 4 r = @0 rrrr
      seal 0 0-1 = EINVAL rrrr
      seal 0 -1 = EINVAL rrrr
      seal 0 -2 = EINVAL rrrr
      seal 0 5 = ENOMEM rrrr
      seal -1 5 = ENOMEM rrrr
      seal 0 0+4503599627370495 = ENOMEM rrrr
      sealed 0 4 = rrrr rrrr)"},
    {"seal_zero_length", R"(
      map 0 4 r = @0 rrrr
      protect 0 0 w = 0 rrrr
      seal 0 0 = 0 rrrr
      seal 8 0 = 0 rrrr
      sealed 0 4 = rrrr rrrr
      protect 0 4 w = 0 wwww)"},
    {"seal_length_is_rounded_up", R"(
      map 0 4 r = @0 rrrr
      seal 0 0+1 = 0 rrrr
      sealed 0 4 = srrr rrrr
      seal 1 1+1 = 0 rrrr
      sealed 0 4 = sssr rrrr)"},
    {"seal_zero_address", R"(
      map z0 4 - = @z0 ----
      seal z0 4 = 0 ----
      protect z0 4 w = EPERM ----
      unmap z0 4 = EPERM ----)",
     Need::kLowAddresses},
    {"seal_twice", R"(
      map 0 4 r = @0 rrrr
      seal 0 4 = 0 rrrr
      seal 0 4 = 0 rrrr
      seal 1 2 = 0 rrrr
      sealed 0 4 = ssss rrrr)"},
    {"seal_merges_and_splits", R"(
      map 0 24 r = @0 rrrrrrrrrrrrrrrrrrrrrrrr
      protect 0 1 - = 0 -rrrrrrrrrrrrrrrrrrrrrrr
      protect 23 1 - = 0 -rrrrrrrrrrrrrrrrrrrrrr-
      seal 1 1 = 0 -rrrrrrrrrrrrrrrrrrrrrr-
      sealed 0 24 = -srrrrrrrrrrrrrrrrrrrrr- -rrrrrrrrrrrrrrrrrrrrrr-
      seal 22 1 = 0 -rrrrrrrrrrrrrrrrrrrrrr-
      sealed 0 24 = -srrrrrrrrrrrrrrrrrrrrs- -rrrrrrrrrrrrrrrrrrrrrr-
      seal 2 1 = 0 -rrrrrrrrrrrrrrrrrrrrrr-
      sealed 0 24 = -ssrrrrrrrrrrrrrrrrrrrs- -rrrrrrrrrrrrrrrrrrrrrr-
      seal 21 1 = 0 -rrrrrrrrrrrrrrrrrrrrrr-
      sealed 0 24 = -ssrrrrrrrrrrrrrrrrrrss- -rrrrrrrrrrrrrrrrrrrrrr-
      seal 2 2 = 0 -rrrrrrrrrrrrrrrrrrrrrr-
      sealed 0 24 = -sssrrrrrrrrrrrrrrrrrss- -rrrrrrrrrrrrrrrrrrrrrr-
      unmap 1 1 = EPERM -rrrrrrrrrrrrrrrrrrrrrr-
      protect 2 1 - = EPERM -rrrrrrrrrrrrrrrrrrrrrr-
      seal 20 2 = 0 -rrrrrrrrrrrrrrrrrrrrrr-
      sealed 0 24 = -sssrrrrrrrrrrrrrrrrsss- -rrrrrrrrrrrrrrrrrrrrrr-
      seal 2 20 = 0 -rrrrrrrrrrrrrrrrrrrrrr-
      sealed 0 24 = -ssssssssssssssssssssss- -rrrrrrrrrrrrrrrrrrrrrr-)"},
};

constexpr ContractCase kProtection[] = {
    {"mprotect_unsealed", R"(
      map 0 4 r = @0 rrrr
      protect 0 4 w = 0 wwww)"},
    {"mprotect_sealed", R"(
      map 0 4 r = @0 rrrr
      seal 0 4 = 0 rrrr
      protect 0 4 w = EPERM rrrr
      protect 0 4 r = EPERM rrrr
      protect 0 4 - = EPERM rrrr
      protect 0 4 x = EPERM rrrr
      protect-key 0 4 w = EPERM rrrr)"},
    {"mprotect_start_sealed", R"(
      map 0 4 r = @0 rrrr
      seal 0 1 = 0 rrrr
      protect 0 1 w = EPERM rrrr
      protect 1 3 w = 0 rwww)"},
    {"mprotect_end_sealed", R"(
      map 0 4 r = @0 rrrr
      seal 1 3 = 0 rrrr
      protect 0 1 w = 0 wrrr
      protect 1 3 w = EPERM wrrr)"},
    {"mprotect_unaligned_length", R"(
      map 0 4 r = @0 rrrr
      seal 0 2-1 = 0 rrrr
      protect 0 2 w = EPERM rrrr
      protect 1+0 0+1 w = EPERM rrrr
      protect 2 1 w = 0 rrwr)"},
    {"mprotect_unaligned_length_beyond", R"(
      map 0 4 r = @0 rrrr
      seal 0 2+1 = 0 rrrr
      protect 0 3 w = EPERM rrrr
      protect 2 1 w = EPERM rrrr
      protect 3 1 w = 0 rrrw)"},
    {"mprotect_unaligned_address", R"(
      map 0 4 r = @0 rrrr
      seal 0 4 = 0 rrrr
      protect 0+1 1 w = EINVAL rrrr)"},
    {"mprotect_zero_length", R"(
      map 0 4 r = @0 rrrr
      seal 0 4 = 0 rrrr
      protect 0 0 w = 0 rrrr)"},
    {"mprotect_wrong_protection", R"(
      map 0 4 r = @0 rrrr
      seal 1 2 = 0 rrrr
      protect 0 4 4096 = EINVAL rrrr
      protect 1 1 4096 = EINVAL rrrr)"},
    {"mprotect_two_mappings", R"(
      map 0 4 r = @0 rrrr
      protect 0 2 w = 0 wwrr
      seal 0 4 = 0 wwrr
      protect 0 2 w = EPERM wwrr
      protect 2 2 w = EPERM wwrr
      protect 0 4 r = EPERM wwrr)"},
    {"mprotect_two_mappings_split", R"(
      map 0 4 r = @0 rrrr
      protect 0 2 w = 0 wwrr
      seal 1 2 = 0 wwrr
      protect 0 1 r = 0 rwrr
      protect 1 1 r = EPERM rwrr
      protect 2 1 w = EPERM rwrr
      protect 3 1 w = 0 rwrw)"},
    {"mprotect_partial", R"(
      map 0 4 r = @0 rrrr
      seal 0 1 = 0 rrrr
      protect 0 2 w = EPERM rrrr)"},
    // The memory in front of the sealed mapping is changed. Linux 6.10 and 6.11 change nothing.
    {"mprotect_runs_into_sealed", R"(
      map 0 6 r = @0 rrrrrr
      seal 2 2 = 0 rrrrrr
      protect 0 6 w = EPERM wwrrrr
      protect-key 1 5 r = EPERM wrrrrr)"},
    // The kernel checks how a mapping's file was opened before it checks that mapping's seal, but
    // not before it checks the seal of another mapping.
    {"mprotect_read_only_file", R"(
      map 0 4 r shared file readonly = @0 rrrr
      map 4 2 r = @4 rrrrrr
      seal 3 2 = 0 rrrrrr
      protect 3 1 w = EACCES rrrrrr
      protect 3 1 r = EPERM rrrrrr
      protect 3 2 w = EACCES rrrrrr
      protect 4 1 w = EPERM rrrrrr
      protect 0 4 w = EACCES rrrrrr
      protect 2 2 - = EPERM rr-rrr
      protect 2 2 w = EACCES rr-rrr)"},
    // The kernel checks first what the process has denied itself.
    {"mprotect_code_denied", R"(
      map 0 2 r = @0 rr
      seal 0 1 = 0 rr
      code deny = 0 rr
      protect 0 1 x = EACCES rr
      protect 0 2 x = EACCES rr
      protect 0 1 r = EPERM rr)",
     Need::kCodeDenial, R"(
      map 0 2 r = @0 rr
      seal 0 1 = 0 rr
      code deny = 0 rr
      protect 0 1 x = EPERM rr
      protect 0 2 x = EPERM rr
      protect 0 1 r = EPERM rr)"},
    {"mprotect_writable_file", R"(
      map 0 2 r shared file = @0 rr
      map 2 2 r file readonly = @2 rrrr
      seal 0 4 = 0 rrrr
      protect 0 2 w = EPERM rrrr
      protect 2 2 w = EPERM rrrr)"},
    {"mprotect_gap", R"(
      map 0 4 r = @0 rrrr
      protect 0 1 w = 0 wrrr
      protect 3 1 w = 0 wrrw
      unmap 1 2 = 0 w..w
      protect 0 4 r = ENOMEM r..w
      seal 0 4 = ENOMEM r..w
      protect 0 1 w = 0 w..w
      protect 3 1 r = 0 w..r)"},
    {"mprotect_gap_before_sealed", R"(
      map 0 4 r = @0 rrrr
      unmap 1 1 = 0 r.rr
      seal 2 1 = 0 r.rr
      protect 0 4 w = ENOMEM w.rr
      protect 1 3 w = ENOMEM w.rr)"},
    {"mprotect_split", R"(
      map 0 4 r = @0 rrrr
      protect 0 1 w = 0 wrrr
      seal 0 4 = 0 wrrr
      protect 0 2 r = EPERM wrrr
      protect 2 2 r = EPERM wrrr)"},
    {"mprotect_merge", R"(
      map 0 4 r = @0 rrrr
      protect 0 1 w = 0 wrrr
      seal 0 2 = 0 wrrr
      protect 0 2 r = EPERM wrrr
      protect 2 2 w = 0 wrww
      protect 2 2 r = 0 wrrr)"},
};

}  // namespace

std::span<const ContractCase> SealCases() { return kSeal; }
std::span<const ContractCase> ProtectionCases() { return kProtection; }

}  // namespace signet::test

// SPDX-License-Identifier: MIT
#include "tests/seal/contract_cases.h"

namespace signet::test {
namespace {

constexpr ContractCase kReplacement[] = {
    {"munmap_unsealed", R"(
      map 0 4 r = @0 rrrr
      unmap 0 4 = 0 .)"},
    {"munmap_sealed", R"(
      map 0 4 r = @0 rrrr
      seal 0 4 = 0 rrrr
      unmap 0 4 = EPERM rrrr
      unmap 1 1 = EPERM rrrr
      unmap 0 0+1 = EPERM rrrr)"},
    {"munmap_two_mappings", R"(
      map 0 4 r = @0 rrrr
      protect 0 2 w = 0 wwrr
      seal 0 4 = 0 wwrr
      unmap 0 2 = EPERM wwrr
      unmap 1 2 = EPERM wwrr)"},
    {"munmap_gap", R"(
      map 0 4 r = @0 rrrr
      unmap 1 2 = 0 r..r
      seal 0 4 = ENOMEM r..r
      unmap 0 1 = 0 ...r
      unmap 2 1 = 0 ...r
      unmap 0 4 = 0 .)"},
    {"munmap_start_freed", R"(
      map 0 4 r = @0 rrrr
      unmap 0 1 = 0 .rrr
      seal 1 3 = 0 .rrr
      unmap 0 4 = EPERM .rrr)"},
    {"munmap_middle_freed", R"(
      map 0 4 r = @0 rrrr
      unmap 1 2 = 0 r..r
      seal 0 1 = 0 r..r
      unmap 0 4 = EPERM r..r
      unmap 1 3 = 0 r)"},
    {"munmap_end_freed", R"(
      map 0 4 r = @0 rrrr
      unmap 3 1 = 0 rrr
      seal 0 3 = 0 rrr
      unmap 0 4 = EPERM rrr)"},
    // All or nothing, unlike mprotect.
    {"munmap_runs_into_sealed", R"(
      map 0 6 r = @0 rrrrrr
      seal 2 2 = 0 rrrrrr
      unmap 0 6 = EPERM rrrrrr
      unmap 0 3 = EPERM rrrrrr
      unmap 3 3 = EPERM rrrrrr
      unmap 0 2 = 0 ..rrrr
      unmap 4 2 = 0 ..rr)"},
    {"munmap_wrong_arguments", R"(
      map 0 4 r = @0 rrrr
      seal 0 4 = 0 rrrr
      unmap 0+1 1 = EINVAL rrrr
      unmap 0 0 = EINVAL rrrr
      unmap 0 -1 = EINVAL rrrr)",
     Need::kNothing, R"(
      map 0 4 r = @0 rrrr
      seal 0 4 = 0 rrrr
      unmap 0+1 1 = EINVAL rrrr
      unmap 0 0 = EINVAL rrrr
      unmap 0 -1 = EINVAL rrrr)",
     R"(
      map 0 4 r = @0 rrrr
      seal 0 4 = 0 rrrr
      unmap 0+1 1 = EINVAL rrrr
      unmap 0 0 = EINVAL rrrr
      unmap 0 -1 = EPERM rrrr)"},
    {"mmap_unsealed", R"(
      map 0 1 r = @0 r
      map 0 1 - = @0 -
      map 0 12 r = @0 rrrrrrrrrrrr
      map 0 8 w = @0 wwwwwwwwrrrr)"},
    {"mmap_file_opened_otherwise", R"(
      map 0 2 r = @0 rr
      seal 0 1 = 0 rr
      map 0 1 w shared file readonly = EACCES rr
      map 0 1 r shared file readonly = EPERM rr
      map 0 1 w file readonly = EPERM rr
      map 0 1 r file writeonly = EACCES rr
      map 0 1 w shared file = EPERM rr
      map 0 1 w shared file readonly noreplace = EEXIST rr
      map 1 1 r shared file readonly = @1 rr)"},
    {"mmap_overwrite", R"(
      map 0 1 r = @0 r
      seal 0 1 = 0 r
      map 0 1 - = EPERM r
      map 0 1 w file = EPERM r
      map 0 1 w shared = EPERM r
      map 0 1 w noreplace = EEXIST r)"},
    {"mmap_expand", R"(
      map 0 12 r = @0 rrrrrrrrrrrr
      unmap 8 4 = 0 rrrrrrrr
      seal 0 8 = 0 rrrrrrrr
      map 0 12 r = EPERM rrrrrrrr
      map 8 4 w = @8 rrrrrrrrwwww)"},
    {"mmap_shrink", R"(
      map 0 12 r = @0 rrrrrrrrrrrr
      seal 0 12 = 0 rrrrrrrrrrrr
      map 0 8 r = EPERM rrrrrrrrrrrr)"},
    {"mmap_runs_into_sealed", R"(
      map 0 6 r = @0 rrrrrr
      seal 2 2 = 0 rrrrrr
      map 0 3 w = EPERM rrrrrr
      map 3 3 w = EPERM rrrrrr
      map 0 6 w = EPERM rrrrrr)"},
    {"mremap_unsealed", R"(
      map 0 4 r = @0 rrrr
      remap 0 4 2 = @0 rr
      remap 0 2 3 = @0 rrr
      remap 0 3 3 fixed 8 = @8 ........rrr)"},
    {"mremap_unsealed_onto", R"(
      map 0 4 r = @0 rrrr
      map 8 4 w = @8 rrrr....wwww
      remap 0 4 2 fixed 8 = @8 ........rrww
      remap 8 2 4 fixed 0 = @0 rrrr......ww
      remap 0 4 4 fixed 10 = @10 ..........rrrr)"},
    {"mremap_unsealed_dontunmap", R"(
      map 0 4 w = @0 wwww
      write 0 4 a = aaaa wwww
      remap 0 4 4 dontunmap 8 = @8 wwww....wwww
      bytes 0 12 = 0000????aaaa wwww....wwww)"},
    {"mremap_unsealed_to_zero", R"(
      map 0 4 r = @0 rrrr
      remap 0 4 2 fixed z0 = @z0 .)",
     Need::kLowAddresses},
    {"mremap_shrink", R"(
      map 0 4 r = @0 rrrr
      seal 0 4 = 0 rrrr
      remap 0 4 2 = EPERM rrrr
      remap 0 4 2 maymove = EPERM rrrr)"},
    {"mremap_expand", R"(
      map 0 4 r = @0 rrrr
      unmap 2 2 = 0 rr
      seal 0 2 = 0 rr
      remap 0 2 4 = EPERM rr
      remap 0 2 4 maymove = EPERM rr)"},
    {"mremap_same_size", R"(
      map 0 4 r = @0 rrrr
      seal 0 4 = 0 rrrr
      remap 0 4 4 = EPERM rrrr)"},
    {"mremap_move", R"(
      map 0 1 r = @0 r
      seal 0 1 = 0 r
      remap 0 1 1 fixed 8 = EPERM r)"},
    {"mremap_shrink_fixed", R"(
      map 0 4 r = @0 rrrr
      map 8 4 w = @8 rrrr....wwww
      seal 0 4 = 0 rrrr....wwww
      remap 0 4 2 fixed 8 = EPERM rrrr....wwww)"},
    {"mremap_expand_fixed", R"(
      map 0 1 w = @0 w
      map 8 4 r = @8 w.......rrrr
      seal 8 4 = 0 w.......rrrr
      remap 0 1 4 fixed 8 = EPERM w.......rrrr)"},
    {"mremap_move_fixed", R"(
      map 0 4 w = @0 wwww
      map 8 4 r = @8 wwww....rrrr
      seal 8 4 = 0 wwww....rrrr
      remap 0 4 4 fixed 8 = EPERM wwww....rrrr)"},
    {"mremap_move_fixed_partly_onto", R"(
      map 0 4 w = @0 wwww
      map 8 4 r = @8 wwww....rrrr
      seal 10 1 = 0 wwww....rrrr
      remap 0 4 4 fixed 8 = EPERM wwww....rrrr
      remap 0 2 2 fixed 8 = @8 ..ww....wwrr)"},
    {"mremap_move_fixed_zero", R"(
      map 0 4 r = @0 rrrr
      seal 0 4 = 0 rrrr
      remap 0 4 2 fixed z0 = EPERM rrrr)"},
    {"mremap_dontunmap", R"(
      map 0 4 w = @0 wwww
      write 0 4 a = aaaa wwww
      seal 0 4 = 0 wwww
      remap 0 4 4 dontunmap = EPERM wwww
      bytes 0 4 = aaaa wwww)"},
    {"mremap_dontunmap_any_address", R"(
      map 0 4 w = @0 wwww
      seal 0 4 = 0 wwww
      remap 0 4 4 dontunmap 8 = EPERM wwww)"},
    {"mremap_wrong_arguments", R"(
      map 0 4 r = @0 rrrr
      seal 0 4 = 0 rrrr
      remap 0+1 1 1 = EINVAL rrrr
      remap 0 1 0 = EINVAL rrrr)"},
    // Behind the first mapping, the kernel checks only what it moves or removes.
    {"mremap_grow_into_sealed", R"(
      map 0 4 w = @0 wwww
      seal 2 2 = 0 wwww
      remap 0 4 6 = EFAULT wwww
      remap 0 4 6 maymove = EFAULT wwww
      remap 1 2 4 maymove = EFAULT wwww
      remap 0 2 3 = ENOMEM wwww)"},
    {"mremap_shrink_before_sealed", R"(
      map 0 6 w = @0 wwwwww
      seal 2 2 = 0 wwwwww
      remap 0 6 6 = @0 wwwwww
      remap 0 6 5 = @0 wwwww
      remap 0 5 3 = EPERM wwwww
      remap 0 3 1 = EPERM wwwww
      remap 0 4 4 dontunmap = EFAULT wwwww)"},
    {"mremap_shrink_fixed_tail_sealed", R"(
      map 0 4 w = @0 wwww
      map 8 2 r = @8 wwww....rr
      map 10 2 r = @10 wwww....rrrr
      seal 2 2 = 0 wwww....rrrr
      remap 0 4 3 fixed 8 = EFAULT wwww....rrrr
      remap 0 4 2 fixed 8 = EPERM wwww......rr)",
     Need::kManyMoves},
    {"mremap_grow_fixed_several", R"(
      map 0 2 w = @0 ww
      map 2 2 r = @2 wwrr
      map 8 4 x = @8 wwrr....xxxx
      seal 11 1 = 0 wwrr....xxxx
      remap 0 4 5 fixed 8 = EFAULT wwrr....xxxx
      remap 0 2 4 fixed 8 = EPERM wwrr....xxxx
      remap 0 0 4 fixed 8 = EINVAL wwrr....xxxx)",
     Need::kManyMoves},
    {"mremap_several_up_to_sealed_source", R"(
      map 0 2 w = @0 ww
      map 2 2 r = @2 wwrr
      write 0 2 a = aa wwrr
      seal 3 1 = 0 wwrr
      remap 0 4 4 fixed 8 = EPERM ...r....wwr
      bytes 8 2 = aa ...r....wwr)",
     Need::kManyMoves},
    {"mremap_several_up_to_sealed_target", R"(
      map 0 2 w = @0 ww
      map 2 2 r = @2 wwrr
      map 4 1 x = @4 wwrrx
      map 11 1 - = @11 wwrrx......-
      seal 11 1 = 0 wwrrx......-
      remap 0 5 5 fixed 8 = EPERM ..rrx...ww.-)",
     Need::kManyMoves},
    {"mremap_several_with_gap", R"(
      map 0 1 w = @0 w
      map 2 2 r = @2 w.rr
      seal 3 1 = 0 w.rr
      remap 1 3 3 fixed 8 = EFAULT w.rr
      remap 0 4 4 fixed 8 = EPERM ...r....w.r)",
     Need::kManyMoves},
};

}  // namespace

std::span<const ContractCase> ReplacementCases() { return kReplacement; }

}  // namespace signet::test

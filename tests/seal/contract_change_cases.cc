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
     R"(
      map 0 4 r = @0 rrrr
      seal 0 4 = 0 rrrr
      unmap 0+1 1 = EINVAL rrrr
      unmap 0 0 = EINVAL rrrr
      unmap 0 -1 = EPERM rrrr)"},
    {"mmap_overwrite_unsealed", R"(
      map 0 1 r = @0 r
      map 0 1 - = @0 -)"},
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
};

constexpr ContractCase kAdvice[] = {
    {"advise_unsealed", R"(
      map 0 4 w = @0 wwww
      write 0 4 a = aaaa wwww
      protect 0 4 r = 0 rrrr
      advise 0 4 DONTNEED = 0 rrrr
      bytes 0 4 = 0000 rrrr)"},
    {"advise_read_only", R"(
      map 0 4 w = @0 wwww
      write 0 4 a = aaaa wwww
      protect 0 4 r = 0 rrrr
      seal 0 4 = 0 rrrr
      advise 0 4 DONTNEED = EPERM rrrr
      advise 0 4 DONTNEED_LOCKED = EPERM rrrr
      advise 0 4 FREE = EPERM rrrr
      advise 0 4 REMOVE = EPERM rrrr
      advise 0 4 DONTFORK = EPERM rrrr
      advise 0 4 WIPEONFORK = EPERM rrrr
      bytes 0 4 = aaaa rrrr
      unmap 0 4 = EPERM rrrr)"},
    {"advise_inaccessible", R"(
      map 0 4 w = @0 wwww
      write 0 4 a = aaaa wwww
      protect 0 4 - = 0 ----
      seal 0 4 = 0 ----
      advise 0 4 DONTNEED = EPERM ----
      advise 0 4 FREE = EPERM ----
      advise 0 4 DONTFORK = EPERM ----)"},
    {"advise_not_discarding", R"(
      map 0 4 w = @0 wwww
      write 0 4 a = aaaa wwww
      protect 0 4 r = 0 rrrr
      seal 0 4 = 0 rrrr
      advise 0 4 NORMAL = 0 rrrr
      advise 0 4 RANDOM = 0 rrrr
      advise 0 4 WILLNEED = 0 rrrr
      advise 0 4 COLD = 0 rrrr
      advise 0 4 PAGEOUT = 0 rrrr
      advise 0 4 POPULATE_READ = 0 rrrr
      advise 0 4 DONTDUMP = 0 rrrr
      advise 0 4 KEEPONFORK = 0 rrrr
      advise 0 4 DOFORK = 0 rrrr
      bytes 0 4 = aaaa rrrr
      unmap 0 4 = EPERM rrrr)"},
    {"advise_unknown", R"(
      map 0 4 r = @0 rrrr
      seal 0 4 = 0 rrrr
      advise 0 4 12345 = EINVAL rrrr
      advise 0+1 1 DONTNEED = EINVAL rrrr
      advise 0 0 DONTNEED = 0 rrrr)"},
    {"advise_writable", R"(
      map 0 4 w = @0 wwww
      write 0 4 a = aaaa wwww
      seal 0 4 = 0 wwww
      advise 0 4 DONTNEED = 0 wwww
      bytes 0 4 = 0000 wwww
      write 0 4 b = bbbb wwww
      advise 0 4 DONTNEED_LOCKED = 0 wwww
      bytes 0 4 = 0000 wwww
      advise 0 4 FREE = 0 wwww
      advise 0 4 WIPEONFORK = 0 wwww
      advise 0 4 DONTFORK = 0 wwww
      advise 0 4 REMOVE = EINVAL wwww
      unmap 0 4 = EPERM wwww)"},
    {"advise_shared_writable", R"(
      map 0 4 w shared = @0 wwww
      write 0 4 a = aaaa wwww
      seal 0 4 = 0 wwww
      advise 0 2 REMOVE = 0 wwww
      bytes 0 4 = 00aa wwww
      unmap 0 4 = EPERM wwww)"},
    // What a seal does not keep: private pages of a file go back to the file's bytes.
    {"advise_file", R"(
      map 0 4 w file = @0 wwww
      write 0 4 a = aaaa wwww
      protect 0 4 r = 0 rrrr
      seal 0 4 = 0 rrrr
      advise 0 4 DONTNEED = 0 rrrr
      bytes 0 4 = ffff rrrr
      advise 0 4 DONTFORK = 0 rrrr
      advise 0 4 WIPEONFORK = EINVAL rrrr
      unmap 0 4 = EPERM rrrr)"},
    // Nor what others may write as well.
    {"advise_shared", R"(
      map 0 4 w shared = @0 wwww
      write 0 4 a = aaaa wwww
      protect 0 4 r = 0 rrrr
      seal 0 4 = 0 rrrr
      advise 0 4 DONTNEED = 0 rrrr
      advise 0 4 DONTFORK = 0 rrrr
      bytes 0 4 = aaaa rrrr
      advise 0 2 REMOVE = 0 rrrr
      bytes 0 4 = 00aa rrrr
      unmap 0 4 = EPERM rrrr)"},
    {"advise_runs_into_sealed", R"(
      map 0 6 w = @0 wwwwww
      write 0 6 a = aaaaaa wwwwww
      protect 0 6 r = 0 rrrrrr
      seal 2 2 = 0 rrrrrr
      advise 0 6 DONTNEED = EPERM rrrrrr
      bytes 0 6 = 00aaaa rrrrrr)"},
    {"advise_passes_writable_sealed", R"(
      map 0 6 w = @0 wwwwww
      write 0 6 a = aaaaaa wwwwww
      protect 4 2 r = 0 wwwwrr
      seal 2 4 = 0 wwwwrr
      advise 0 6 DONTNEED = EPERM wwwwrr
      bytes 0 6 = 0000aa wwwwrr)"},
    {"advise_gap_before_sealed", R"(
      map 0 4 w = @0 wwww
      write 0 4 a = aaaa wwww
      unmap 1 1 = 0 w.ww
      protect 2 1 r = 0 w.rw
      seal 2 1 = 0 w.rw
      advise 0 4 DONTNEED = EPERM w.rw
      bytes 0 4 = 0?aa w.rw
      advise 0 2 DONTNEED = ENOMEM w.rw)"},
    // As the thread may write or not at the time, by its key.
    {"advise_pkey", R"(
      map 0 4 w = @0 wwww
      key allow = 0 wwww
      write 0 4 a = aaaa wwww
      protect-key 0 4 w = 0 wwww
      seal 0 4 = 0 wwww
      advise 0 2 DONTNEED = 0 wwww
      bytes 0 4 = 00aa wwww
      key deny = 0 wwww
      advise 0 4 DONTNEED = EPERM wwww
      bytes 0 4 = 00aa wwww
      protect-key 0 4 r = EPERM wwww
      unmap 0 4 = EPERM wwww
      key allow = 0 wwww
      advise 0 4 DONTNEED = 0 wwww
      bytes 0 4 = 0000 wwww)"},
    {"advise_pkey_unsealed", R"(
      map 0 4 w = @0 wwww
      key deny = 0 wwww
      protect-key 0 4 w = 0 wwww
      advise 0 4 DONTNEED = 0 wwww
      unmap 0 4 = 0 .)"},
};

}  // namespace

std::span<const ContractCase> ReplacementCases() { return kReplacement; }
std::span<const ContractCase> AdviceCases() { return kAdvice; }

}  // namespace signet::test

// SPDX-License-Identifier: MIT
#include "tests/seal/contract_cases.h"

namespace signet::test {
namespace {

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
    // A seal does not prevent this: private pages of a file get the file's bytes again.
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
    // A seal does not protect shared memory either, because others may write to it.
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
    // It depends on whether the thread's protection key lets it write at that time.
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
    // Without a seal, every kind of memory accepts the advice.
    {"advise_unsealed_kinds", R"(
      map 0 1 r = @0 r
      map 1 1 r shared = @1 rr
      map 2 1 r file = @2 rrr
      map 3 1 w file = @3 rrrw
      advise 0 4 DONTNEED = 0 rrrw
      advise 0 4 RANDOM = 0 rrrw
      unmap 0 4 = 0 .)"},
    {"advise_private_file_writable", R"(
      map 0 4 w file = @0 wwww
      write 0 4 a = aaaa wwww
      seal 0 4 = 0 wwww
      advise 0 2 DONTNEED = 0 wwww
      bytes 0 4 = ffaa wwww
      advise 0 4 DONTNEED_LOCKED = 0 wwww
      bytes 0 4 = ffff wwww
      advise 0 4 FREE = EINVAL wwww
      advise 0 4 DONTFORK = 0 wwww
      advise 0 4 WIPEONFORK = EINVAL wwww
      advise 0 4 REMOVE = EACCES wwww)"},
    {"advise_shared_file", R"(
      map 0 2 r shared file = @0 rr
      map 2 2 r shared file readonly = @2 rrrr
      seal 0 4 = 0 rrrr
      advise 0 4 DONTNEED = 0 rrrr
      bytes 0 4 = ffff rrrr
      advise 0 1 REMOVE = 0 rrrr
      bytes 0 4 = 0fff rrrr
      advise 2 1 REMOVE = EACCES rrrr
      advise 0 4 FREE = EINVAL rrrr
      advise 0 4 DONTFORK = 0 rrrr
      unmap 0 4 = EPERM rrrr)"},
    {"advise_populate", R"(
      map 0 2 w = @0 ww
      map 2 2 r = @2 wwrr
      seal 0 4 = 0 wwrr
      advise 0 2 POPULATE_WRITE = 0 wwrr
      advise 2 2 POPULATE_WRITE = EINVAL wwrr
      advise 0 4 POPULATE_READ = 0 wwrr)"},
    // A guard page counts as writable if its mapping is: then it can be discarded and replaced. A
    // thread that may not write cannot do that.
    {"advise_guard_read_only", R"(
      map 0 4 w = @0 wwww
      write 0 4 a = aaaa wwww
      protect 0 4 r = 0 rrrr
      advise 3 1 GUARD_INSTALL = 0 rrrr
      seal 0 4 = 0 rrrr
      advise 0 4 GUARD_INSTALL = EPERM rrrr
      bytes 0 4 = aaa? rrrr
      advise 3 1 DONTNEED = EPERM rrrr
      advise 3 1 GUARD_REMOVE = 0 rrrr
      bytes 0 4 = aaa0 rrrr)",
     Need::kGuardPages},
    {"advise_guard_inaccessible", R"(
      map 0 2 - = @0 --
      seal 0 2 = 0 --
      advise 0 2 GUARD_INSTALL = EPERM --
      advise 0 2 GUARD_REMOVE = 0 --)",
     Need::kGuardPages},
    {"advise_guard_writable", R"(
      map 0 4 w = @0 wwww
      write 0 4 a = aaaa wwww
      seal 0 4 = 0 wwww
      advise 0 2 GUARD_INSTALL = 0 wwww
      bytes 0 4 = ??aa wwww
      advise 0 4 DONTNEED = 0 wwww
      bytes 0 4 = ??00 wwww
      write 0 4 b = ??bb wwww
      advise 0 1 DONTNEED_LOCKED = 0 wwww
      advise 0 4 FREE = 0 wwww
      advise 0 1 REMOVE = EINVAL wwww
      advise 0 1 DONTFORK = 0 wwww
      advise 0 4 WIPEONFORK = 0 wwww
      advise 0 4 GUARD_INSTALL = 0 wwww
      bytes 0 4 = ???? wwww
      advise 0 4 GUARD_REMOVE = 0 wwww
      bytes 0 4 = 0000 wwww
      unmap 0 4 = EPERM wwww)",
     Need::kGuardPages},
    {"advise_guard_file", R"(
      map 0 2 r file = @0 rr
      map 2 2 r shared = @2 rrrr
      seal 0 4 = 0 rrrr
      advise 0 4 GUARD_INSTALL = 0 rrrr
      bytes 0 4 = ???? rrrr
      advise 0 4 GUARD_REMOVE = 0 rrrr
      bytes 0 4 = ff00 rrrr)",
     Need::kGuardPages},
    // libc's function discards nothing, so it is not guarded.
    {"posix_madvise_keeps", R"(
      map 0 4 w = @0 wwww
      write 0 4 a = aaaa wwww
      protect 0 2 r = 0 rrww
      seal 0 4 = 0 rrww
      posix_madvise 0 4 = 0 rrww
      bytes 0 4 = aaaa rrww
      protect 0 4 r = EPERM rrww)"},
    // The kernel takes one range after the other, and an error counts only if it is the first thing
    // that happens. The filter denies such advice altogether.
    {.name = "advise_process",
     .transcript = R"(
      map 0 6 w = @0 wwwwww
      write 0 6 a = aaaaaa wwwwww
      protect 0 6 r = 0 rrrrrr
      seal 4 2 = 0 rrrrrr
      process-advise DONTNEED 4 1 = EPERM rrrrrr
      process-advise DONTNEED 4 1 0 1 = EPERM rrrrrr
      process-advise DONTNEED 4+1 1 = EINVAL rrrrrr
      process-advise DONTNEED 4+1 1 0 1 = EINVAL rrrrrr
      process-advise DONTNEED 0+1 1 4 1 = EINVAL rrrrrr
      process-advise DONTNEED 0 0 4 1 = EPERM rrrrrr
      process-advise DONTNEED 0+1 0 4 1 = EINVAL rrrrrr
      process-advise DONTNEED 12 1 4 1 = ENOMEM rrrrrr
      bytes 0 6 = aaaaaa rrrrrr
      process-advise DONTNEED 0 1 4 1 = 1 rrrrrr
      process-advise DONTNEED 1 1 1+1 1 4 1 = 1 rrrrrr
      process-advise DONTNEED 3 2 = EPERM rrrrrr
      bytes 0 6 = 00a0aa rrrrrr)",
     .need = Need::kProcessAdvice,
     .by_seccomp = R"(
      map 0 6 w = @0 wwwwww
      write 0 6 a = aaaaaa wwwwww
      seal 4 2 = 0 wwwwww
      process-advise DONTNEED 0 1 = EPERM wwwwww
      bytes 0 6 = aaaaaa wwwwww
      process-advise WILLNEED 0 1 = 1 wwwwww)"},
};

}  // namespace

std::span<const ContractCase> AdviceCases() { return kAdvice; }

}  // namespace signet::test

// SPDX-License-Identifier: MIT
//
// The answer of a kernel with mseal to a call that changes mappings, according to the set of sealed
// ranges (sealed_ranges.h).
//
// Input: a call's arguments. Output: either that it touches nothing sealed and may go to the
// kernel, or the answer. In the second case, everything has been changed that the kernel would have
// changed before it reached the sealed mapping. If arguments are invalid in themselves, the answer
// is the kernel's own: it is asked with an address at which nothing can be mapped.
//
// Calls may come from any thread, from signal handlers, and between vfork and exec. They set no
// errno. It sees only the calls that are passed to it (loader/seal/guards.h).
#pragma once

#include <cstddef>
#include <cstdint>

struct iovec;

#pragma GCC visibility push(hidden)

namespace signet {

struct Verdict {
  bool passes = true;
  long result = 0;  // what the kernel would return: 0 or more, or -errno

  static Verdict Refuse(long result) { return {false, result}; }
};

Verdict JudgeUnmap(uint64_t start, uint64_t size);
// `key` is -1 for mprotect.
Verdict JudgeProtect(uint64_t start, uint64_t size, long protection, long key);
Verdict JudgeMap(uint64_t start, uint64_t size, long protection, long flags, long fd,
                 uint64_t offset);
Verdict JudgeRemap(uint64_t old_start, uint64_t old_size, uint64_t new_size, long flags,
                   uint64_t new_start);
Verdict JudgeAdvise(uint64_t start, uint64_t size, long advice);
Verdict JudgeProcessAdvise(long process, const iovec* ranges, size_t count, long advice,
                           long flags);
Verdict JudgeRemapFilePages(uint64_t start, uint64_t size, long protection);
Verdict JudgeAttach(long id, uint64_t address, long flags);
Verdict JudgeDetach(uint64_t address);
// The rule of the system call, which returns the break: if it is refused, the break is unchanged.
Verdict JudgeBreak(uint64_t address);
// prctl. A kernel with mseal would move the break, and refuse the brk that follows.
Verdict JudgeControl(long option, uint64_t what, uint64_t value, uint64_t size, uint64_t rest);
// io_destroy, which has no function in libc.
Verdict JudgeDestroyRing(uint64_t ring);

// Any system call, by number.
Verdict JudgeSystemCall(long number, const long (&arguments)[6]);

}  // namespace signet

#pragma GCC visibility pop

// SPDX-License-Identifier: MIT
#include "loader/seal/guard_entries.h"

#include <sys/types.h>

#include "base/attributes.h"
#include "base/syscall.h"
#include "loader/load/libc_functions.h"
#include "loader/seal/program_seal.h"
#include "sealer/backend/guard_rules.h"

#define SIGNET_HIDDEN __attribute__((visibility("hidden")))

namespace signet {

SIGNET_WRITTEN_ONCE constinit uint64_t guarded[kGuardCount] = {};

namespace {

template <Guard guard, typename Result, typename... Arguments>
Result PassOn(Arguments... arguments) {
  return std::bit_cast<Result (*)(Arguments...)>(guarded[guard])(arguments...);
}

// The kernel's answer in the form of libc's functions.
long Answer(long result) {
  if (!sys::Failed(result)) return result;
  *TheProcess().libc.errno_location() = sys::Errno(result);
  return -1;
}

void* AnswerAddress(long result) { return std::bit_cast<void*>(Answer(result)); }

template <typename T>
uint64_t Address(T* pointer) {
  return std::bit_cast<uint64_t>(pointer);
}

}  // namespace
}  // namespace signet

using namespace signet;

extern "C" {

SIGNET_HIDDEN int signet_guard_mprotect(void* start, size_t size, int protection) {
  const Verdict verdict = JudgeProtect(Address(start), size, protection, -1);
  if (!verdict.passes) return static_cast<int>(Answer(verdict.result));
  return PassOn<kGuardMprotect, int>(start, size, protection);
}

SIGNET_HIDDEN int signet_guard_pkey_mprotect(void* start, size_t size, int protection, int key) {
  const Verdict verdict = JudgeProtect(Address(start), size, protection, key);
  if (!verdict.passes) return static_cast<int>(Answer(verdict.result));
  return PassOn<kGuardPkeyMprotect, int>(start, size, protection, key);
}

SIGNET_HIDDEN int signet_guard_munmap(void* start, size_t size) {
  const Verdict verdict = JudgeUnmap(Address(start), size);
  if (!verdict.passes) return static_cast<int>(Answer(verdict.result));
  return PassOn<kGuardMunmap, int>(start, size);
}

// libc's function is variadic. The last argument counts with MREMAP_FIXED only; then it is in the
// register of `new_start`.
SIGNET_HIDDEN void* signet_guard_mremap(void* old_start, size_t old_size, size_t new_size,
                                        int flags, void* new_start) {
  const Verdict verdict =
      JudgeRemap(Address(old_start), old_size, new_size, flags, Address(new_start));
  if (!verdict.passes) return AnswerAddress(verdict.result);
  return std::bit_cast<void* (*)(void*, size_t, size_t, int, ...)>(guarded[kGuardMremap])(
      old_start, old_size, new_size, flags, new_start);
}

SIGNET_HIDDEN void* signet_guard_mmap(void* start, size_t size, int protection, int flags, int fd,
                                      off_t offset) {
  const Verdict verdict =
      JudgeMap(Address(start), size, protection, flags, fd, static_cast<uint64_t>(offset));
  if (!verdict.passes) return AnswerAddress(verdict.result);
  return PassOn<kGuardMmap, void*>(start, size, protection, flags, fd, offset);
}

SIGNET_HIDDEN int signet_guard_madvise(void* start, size_t size, int advice) {
  const Verdict verdict = JudgeAdvise(Address(start), size, advice);
  if (!verdict.passes) return static_cast<int>(Answer(verdict.result));
  return PassOn<kGuardMadvise, int>(start, size, advice);
}

SIGNET_HIDDEN ssize_t signet_guard_process_madvise(int process, const iovec* ranges, size_t count,
                                                   int advice, unsigned flags) {
  const Verdict verdict = JudgeProcessAdvise(process, ranges, count, advice, flags);
  if (!verdict.passes) return Answer(verdict.result);
  return PassOn<kGuardProcessMadvise, ssize_t>(process, ranges, count, advice, flags);
}

SIGNET_HIDDEN int signet_guard_remap_file_pages(void* start, size_t size, int protection,
                                                size_t page_offset, int flags) {
  const Verdict verdict = JudgeRemapFilePages(Address(start), size, protection);
  if (!verdict.passes) return static_cast<int>(Answer(verdict.result));
  return PassOn<kGuardRemapFilePages, int>(start, size, protection, page_offset, flags);
}

SIGNET_HIDDEN void* signet_guard_shmat(int id, const void* address, int flags) {
  const Verdict verdict = JudgeAttach(id, Address(address), flags);
  if (!verdict.passes) return AnswerAddress(verdict.result);
  return PassOn<kGuardShmat, void*>(id, address, flags);
}

SIGNET_HIDDEN int signet_guard_shmdt(const void* address) {
  const Verdict verdict = JudgeDetach(Address(address));
  if (!verdict.passes) return static_cast<int>(Answer(verdict.result));
  return PassOn<kGuardShmdt, int>(address);
}

// libc keeps the break in a variable of its own, so it has to make the call. A refusal is a call
// that asks for the present break: the kernel refuses in the same way.
SIGNET_HIDDEN int signet_guard_brk(void* address) {
  const Verdict verdict = JudgeBreak(Address(address));
  void* wanted = verdict.passes ? address : std::bit_cast<void*>(verdict.result);
  return PassOn<kGuardBrk, int>(wanted);
}

// A step up may be a step down for the kernel: prctl(PR_SET_MM) moves the kernel's break, and libc
// does not know.
SIGNET_HIDDEN void* signet_guard_sbrk(intptr_t increment) {
  if (increment == 0) return PassOn<kGuardSbrk, void*>(increment);
  const auto current = PassOn<kGuardSbrk, uint64_t>(intptr_t{0});
  const Verdict verdict = JudgeBreak(current + static_cast<uint64_t>(increment));
  if (verdict.passes) return PassOn<kGuardSbrk, void*>(increment);
  PassOn<kGuardBrk, int>(std::bit_cast<void*>(verdict.result));
  return std::bit_cast<void*>(current);
}

// libc's function is variadic. It takes four arguments behind the option, wherever they come from.
SIGNET_HIDDEN int signet_guard_prctl(int option, uint64_t what, uint64_t value, uint64_t size,
                                     uint64_t rest) {
  const Verdict verdict = JudgeControl(option, what, value, size, rest);
  if (!verdict.passes) return static_cast<int>(Answer(verdict.result));
  return PassOn<kGuardPrctl, int>(option, what, value, size, rest);
}

SIGNET_HIDDEN void signet_guard_syscall();  // guard_syscall.S

// The function to jump to with the caller's arguments, or null: then it is `result` to return.
struct SyscallVerdict {
  uint64_t function;
  long result;
};

SIGNET_HIDDEN SyscallVerdict signet_judge_syscall(long number, const long (&arguments)[6]) {
  // The way to seal of programs whose libc has no mseal. The kernel has none, or is not to keep
  // seals.
  if (number == sys::kSysMseal) {
    const auto at = [&arguments](size_t i) { return static_cast<uint64_t>(arguments[i]); };
    return {0, Answer(SealForProgram(TheProcess(), at(0), at(1), at(2)))};
  }
  const Verdict verdict = JudgeSystemCall(number, arguments);
  if (verdict.passes) return {guarded[kGuardSyscall], 0};
  return {0, Answer(verdict.result)};
}

}  // extern "C"

namespace signet {
namespace {

// Rows, because pointers would have to be relocated.
constexpr char kNames[kGuardCount][17] = {
    "mprotect",        "pkey_mprotect",    "munmap",   "mremap", "mmap",      "mmap64", "madvise",
    "process_madvise", "remap_file_pages", "shmat",    "shmdt",  "brk",       "sbrk",   "prctl",
    "syscall",         "__mprotect",       "__munmap", "__mmap", "__madvise", "__sbrk"};

}  // namespace

std::string_view GuardName(Guard guard) { return kNames[guard]; }

uint64_t GuardAddress(Guard guard) {
  const auto address = []<typename Function>(Function* function) {
    return std::bit_cast<uint64_t>(function);
  };
  switch (guard) {
    case kGuardMprotect:
    case kGuardPrivateMprotect:
      return address(signet_guard_mprotect);
    case kGuardPkeyMprotect:
      return address(signet_guard_pkey_mprotect);
    case kGuardMunmap:
    case kGuardPrivateMunmap:
      return address(signet_guard_munmap);
    case kGuardMremap:
      return address(signet_guard_mremap);
    case kGuardMmap:
    case kGuardMmap64:
    case kGuardPrivateMmap:
      return address(signet_guard_mmap);
    case kGuardMadvise:
    case kGuardPrivateMadvise:
      return address(signet_guard_madvise);
    case kGuardProcessMadvise:
      return address(signet_guard_process_madvise);
    case kGuardRemapFilePages:
      return address(signet_guard_remap_file_pages);
    case kGuardShmat:
      return address(signet_guard_shmat);
    case kGuardShmdt:
      return address(signet_guard_shmdt);
    case kGuardBrk:
      return address(signet_guard_brk);
    case kGuardSbrk:
    case kGuardPrivateSbrk:
      return address(signet_guard_sbrk);
    case kGuardPrctl:
      return address(signet_guard_prctl);
    case kGuardSyscall:
      return address(signet_guard_syscall);
    case kGuardCount:
      break;
  }
  return 0;
}

}  // namespace signet

// SPDX-License-Identifier: MIT
#include "loader/seal/relro_watch.h"

#include <errno.h>
#include <linux/audit.h>
#include <signal.h>
#include <ucontext.h>

#include "base/syscall.h"
#include "elf/property.h"
#include "elf/reloc.h"
#include "loader/seal/seal.h"
#include "loader/seal/seal_record.h"

extern "C" __attribute__((visibility("hidden"))) void signet_signal_return();

namespace signet {

// The signal handler's state. It finds it by TheProcess().
struct RelroWatch {
  sys::SignalAction previous;  // of SIGSYS
  unsigned calls = 0;
};

namespace {

constexpr int kUserDispatch = 2;      // si_code SYS_USER_DISPATCH, which Debian 12's headers lack
constexpr uint64_t kSyscallSize = 2;  // bytes of the instruction, whichever it is

// Calls that a signal handler can make in place of the program. They do not wait, and have nothing
// to do with signals, stacks, threads or processes.
bool IsPartOfStart(long number, uint64_t first) {
  switch (number) {
    case __NR_brk:
    case __NR_mmap:
    case __NR_mprotect:
    case __NR_munmap:
    case __NR_set_tid_address:
    case __NR_set_robust_list:
    case /* rseq */ 334:
    case __NR_prlimit64:
    case __NR_getrandom:
    case __NR_readlink:
    case __NR_readlinkat:
    case __NR_uname:
    case __NR_getuid:
    case __NR_geteuid:
    case __NR_getgid:
    case __NR_getegid:
      return true;
    case __NR_arch_prctl:
      // ARCH_SET_GS to ARCH_GET_GS, and glibc's question whether there are shadow stacks. A call
      // that switches them on is not among these.
      return (first >= 0x1001 && first <= 0x1004) || first == 0x3001;
    default:
      return false;
  }
}

// True if the program has relocated all of its RELRO: each word that a relocation names is an
// address in the program.
bool IsRelocated(const Module& program) {
  bool is_relocated = true;
  const auto check = [&](uint64_t vaddr) {
    const uint64_t place = program.map.image.Resolve(vaddr);
    if (place < program.map.relro_start || place >= program.map.relro_end) return true;
    const std::span<const uint64_t> word = program.map.image.Array<uint64_t>(vaddr, 1);
    is_relocated &= !word.empty() && word[0] >= program.map.start && word[0] < program.map.end;
    return is_relocated;
  };
  for (const elf::Rela& rela : program.dynamic.rela) {
    if (!check(rela.r_offset)) return false;
  }
  elf::ForEachRelr(program.dynamic.relr, check);
  return is_relocated;
}

// Switches the watch off for good, and settles what becomes of RELRO. `closed`: the program has
// closed it.
void EndWatch(const Process& process, bool closed) {
  sys::SetUserDispatch(false, 0, 0);
  sys::SetSignalAction(SIGSYS, &process.seal_record->relro_watch->previous, nullptr);
  const Module& program = *process.program;
  if (closed) {
    SettleStaticRelro(process, SIGNET_REASON_SEALED, 0);
  } else if (!elf::HasAbiTag(program.map.image) && IsRelocated(program) &&
             !sys::Failed(sys::Protect(program.map.relro_start,
                                       program.map.relro_end - program.map.relro_start,
                                       PROT_READ))) {
    SettleStaticRelro(process, SIGNET_REASON_SEALED, SIGNET_REMARK_CLOSED_FOR_IT);
  } else {
    SettleStaticRelro(process, SIGNET_REASON_NOT_CLOSED, 0);
  }
}

bool ClosesRelro(const Module& program, uint64_t start, uint64_t size, uint64_t protection) {
  return protection == PROT_READ && start <= program.map.relro_start &&
         size >= program.map.relro_end - start;
}

void OnTrap(int /*signal*/, siginfo_t* info, void* context) {
  const Process& process = TheProcess();
  auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  if (info->si_code != kUserDispatch) {
    // Somebody sent the signal to the program. The program gets it when this handler returns.
    EndWatch(process, false);
    sys::QueueSignalToSelf(SIGSYS, info);
    return;
  }
  const long number = info->si_syscall;
  const auto first = static_cast<uint64_t>(registers[REG_RDI]);
  const auto second = static_cast<uint64_t>(registers[REG_RSI]);
  const auto third = static_cast<uint64_t>(registers[REG_RDX]);
  if (info->si_arch != AUDIT_ARCH_X86_64 ||
      ++process.seal_record->relro_watch->calls > kMostWatchedCalls ||
      !IsPartOfStart(number, first)) {
    EndWatch(process, false);
    registers[REG_RIP] -= static_cast<greg_t>(kSyscallSize);  // RAX is the number again
    return;
  }
  const long result = sys::Call(number, first, second, third, registers[REG_R10], registers[REG_R8],
                                registers[REG_R9]);
  registers[REG_RAX] = result;
  if (number == __NR_mprotect && !sys::Failed(result) &&
      ClosesRelro(*process.program, first, second, third))
    EndWatch(process, true);
}

// A blocked SIGSYS would kill the program at its first call.
bool IsBlocked(int signal) {
  uint64_t mask = 0;
  return sys::Failed(sys::SetSignalMask(SIG_BLOCK, nullptr, &mask)) ||
         (mask >> (signal - 1) & 1) != 0;
}

// Calls from everywhere except the loader's text are dispatched. The kernel could also read a
// switch from memory. There is no switch, because its memory would have to be writable.
[[nodiscard]] bool BeginWatch(const Module& loader, RelroWatch& watch) {
  const elf::Phdr* text = nullptr;
  for (const elf::Phdr& phdr : elf::LoadSegments(loader.map.image.phdrs())) {
    if ((phdr.p_flags & PF_X) != 0) text = &phdr;
  }
  if (text == nullptr || IsBlocked(SIGSYS)) return false;
  const sys::SignalAction action = {std::bit_cast<uint64_t>(&OnTrap),
                                    SA_SIGINFO | sys::kSignalRestorer,
                                    std::bit_cast<uint64_t>(&signet_signal_return), UINT64_MAX};
  if (sys::Failed(sys::SetSignalAction(SIGSYS, &action, &watch.previous))) return false;
  if (!sys::Failed(
          sys::SetUserDispatch(true, loader.map.image.Resolve(text->p_vaddr), text->p_memsz))) {
    return true;
  }
  sys::SetSignalAction(SIGSYS, &watch.previous, nullptr);
  return false;
}

}  // namespace

void WatchRelro(const Process& process) {
  if (!AwaitsStaticRelro(process)) return;
  auto* watch = process.seal_record->relro_watch = ArenaNew<RelroWatch>();
  if (!BeginWatch(*process.loader, *watch))
    SettleStaticRelro(process, SIGNET_REASON_NOT_WATCHED, 0);
}

}  // namespace signet

// SPDX-License-Identifier: MIT
//
// What the loader records when it attacks its own seals (--verify, --verify-later), for `signet
// verify` to judge.
//
// The loader writes to no descriptor: resolvers of IFUNCs run before the seal, and could write to
// it, too. It stops (SIGSTOP) twice instead, and the reader looks into the process. An AttackBlock
// is found through the symbol kAttackSymbol, as the ledger is found. At the first stop no code of
// the program has run, and the block says what will be sealed. At the second stop the attacks are
// over, and it says where their records are. A reader must check every number of the second stop,
// because code of the program may have written it.
//
// With --verify-later the second stop comes before the attacks: all is sealed, and no code of the
// program has run but resolvers. Then the program runs. The reader stops all its threads when it
// wants to, and lets one of them go on at `entry`, with the stack that ends at `stack`. This thread
// attacks, and makes the third stop, which is as the second stop of --verify.
#pragma once

#include <cstddef>
#include <cstdint>

#include "signet/ledger.h"

namespace signet {

// An 8-byte object of the loader, in its dynamic symbol table: the address of the block, or 0.
inline constexpr char kAttackSymbol[] = "signet_attack_address";
inline constexpr char kAttackMagic[8] = {'s', 'i', 'g', 'n', 'e', 't', '\0', 'P'};
inline constexpr uint32_t kAttackVersion = 3;

struct AttackBlock {
  char magic[8];
  uint32_t version;
  uint32_t record_size;     // bytes; sizeof(AttackRecord)
  uint32_t backend;         // enum signet_backend: what shall hold the seals
  uint32_t selected_kinds;  // bits of the ledger's header, without SIGNET_FILTERED
  uint64_t records;         // address of the first AttackRecord
  uint64_t record_count;
  uint32_t seals_dlopened;  // 1: whatever comes by dlopen shall be sealed
  uint32_t reserved;
  uint64_t entry;  // --verify-later: the function that attacks; it does not return
  uint64_t stack;  // and the end of a stack for it, a multiple of 16
};
static_assert(sizeof(AttackBlock) == 64);

// Whether a range of the ledger is sealed, or should be and could not be.
constexpr bool IsMeantToBeSealed(unsigned reason, unsigned backend) {
  switch (reason) {
    case SIGNET_REASON_SEALED:
    case SIGNET_REASON_NO_MSEAL:
    case SIGNET_REASON_REFUSED:
    case SIGNET_REASON_NOT_ASKED:
      return true;
    default:
      return backend != SIGNET_BACKEND_NONE;
  }
}

// What the program has sealed itself is not attacked: other processes may share it, or there is a
// file behind it that would keep the damage.
constexpr bool IsAttacked(unsigned reason, unsigned backend) {
  return reason != SIGNET_REASON_OWN && IsMeantToBeSealed(reason, backend);
}

// The attack. The names are those of the system calls. The record holds the arguments that matter.
enum class AttackCall : uint8_t {
  kNone,          // no operation explains that bytes changed, or that a child ended
  kMprotect,      // argument: PROT_*
  kPkeyMprotect,  // to rw; argument: 0 without a key, 1 with a new one
  kMunmap,
  kMapFixed,        // mmap over it: anonymous, rw
  kMap64Fixed,      // the same by the name mmap64
  kMapNoReplace,    // mmap over it with MAP_FIXED_NOREPLACE
  kRemapAway,       // mremap to another place
  kRemapGrow,       // mremap to one more page, at any address
  kRemapShrink,     // mremap to one page less
  kRemapSame,       // mremap to the same size at the same address
  kRemapOnto,       // mremap of other memory onto it
  kRemapKeep,       // mremap with MREMAP_DONTUNMAP
  kMadvise,         // argument: MADV_*
  kProcessMadvise,  // the same by pidfd
  kRemapFilePages,
  kShmat,          // with SHM_REMAP over it
  kMapHuge,        // mmap of 4 KiB in front of it, rounded up to a huge page that reaches it
  kMapHugeFile,    // the same, of a file of huge pages
  kMprotectAlias,  // mprotect, to rw, by another name of libc's function
  kMunmapAlias,
  kMapAlias,       // mmap over it
  kMoveBreak,      // prctl(PR_SET_MM) that moves the break behind it, then brk to its start
  kBrk,            // the end of the heap set to its start
  kSelfMem,        // a byte written by /proc/self/mem
  kProcessVm,      // a byte written by process_vm_writev
  kUserfault,      // a page filled by userfaultfd
  kRemoteMadvise,  // process_madvise by a child process; argument: MADV_*
  kIoUring,        // MADV_DONTNEED by io_uring
  kPtrace,         // a word written by PTRACE_POKETEXT, by the parent process
};
inline constexpr size_t kAttackCallCount = 30;

// Which pages of the range.
enum class AttackPart : uint8_t {
  kWhole,
  kFirst,  // one page, as are kMiddle and kLast
  kMiddle,
  kLast,
  kSpan,  // from the page in front of the range through the page behind it
};
inline constexpr size_t kAttackPartCount = 5;

// How the system call was made.
enum class AttackWay : uint8_t {
  kCall,     // by the function of that name that modules are bound to
  kSyscall,  // by libc's function syscall
  kInline,   // by the attacker's own instruction
};
inline constexpr size_t kAttackWayCount = 3;

// What had changed afterwards.
enum AttackEffect : uint16_t {
  kAttackUnmapped = 1,     // pages are gone
  kAttackReadability = 2,  // pages became readable, or unreadable
  kAttackWritability = 4,  // the same for writing
  kAttackBytes = 8,
  kAttackInChildren = 16,  // one of these, in a process that was forked afterwards
  kAttackEffects = 31,
};

struct AttackRecord {
  uint32_t entry;     // index in the ledger's entry table
  uint8_t call;       // AttackCall
  uint8_t part;       // AttackPart
  uint8_t way;        // AttackWay
  uint8_t signal;     // that ended the attacking process, or 0
  uint16_t argument;  // see AttackCall
  uint16_t effects;   // AttackEffect
  int32_t answer;     // 0: success; otherwise a negated errno value
};
static_assert(sizeof(AttackRecord) == 16);

}  // namespace signet

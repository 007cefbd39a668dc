// SPDX-License-Identifier: MIT
//
// Raw system calls. Each returns what the kernel returns: the result, or -errno. No errno variable,
// no retry, no cancellation. Safe in any context.
#pragma once

#include <asm/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

struct stat;

#pragma GCC visibility push(hidden)

namespace signet::sys {

inline constexpr long kSysMseal = 462;  // which Debian 12's headers lack

// System calls made so far, for --stats. Two threads that count at the same time may count one call
// less: exactness is not worth a locked instruction in each call.
extern constinit uint64_t call_count;

template <typename T>
long ToRegister(T value) {
  if constexpr (std::is_pointer_v<T>) {
    return std::bit_cast<long>(value);
  } else {
    return static_cast<long>(value);
  }
}

template <typename... Args>
long Call(long number, Args... args) {
  static_assert(sizeof...(Args) <= 6);
  long registers[6] = {ToRegister(args)...};
  // A single instruction, because a read and then a write would cost two page faults at the first
  // call.
  asm("incq %0" : "+m"(call_count));
  register long r10 asm("r10") = registers[3];
  register long r8 asm("r8") = registers[4];
  register long r9 asm("r9") = registers[5];
  long result;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(registers[0]), "S"(registers[1]), "d"(registers[2]), "r"(r10),
                 "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}

constexpr bool Failed(long result) { return static_cast<unsigned long>(result) > -4096UL; }
constexpr int Errno(long result) { return static_cast<int>(-result); }

inline long Open(const char* path) {
  return Call(__NR_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
}
// For the program: the descriptor stays open in what it executes.
inline long OpenDevice(const char* path, int access) {
  return Call(__NR_openat, AT_FDCWD, path, access | O_NOFOLLOW, 0);
}
inline long GetDescriptorFlags(int fd) { return Call(__NR_fcntl, fd, F_GETFD); }
inline long Close(int fd) { return Call(__NR_close, fd); }
inline long Stat(int fd, struct stat* out) { return Call(__NR_fstat, fd, out); }
inline long StatPath(const char* path, struct stat* out) {
  return Call(__NR_newfstatat, AT_FDCWD, path, out, 0);
}
// `path` is relative to `fd`; with AT_EMPTY_PATH, "" is the file itself. Linux 5.8.
inline long Access(int fd, const char* path, int mode, int flags) {
  return Call(__NR_faccessat2, fd, path, mode, flags);
}
inline long AccessByRealIds(const char* path, int mode) {
  return Call(__NR_faccessat, AT_FDCWD, path, mode);
}
// Of the calling thread, which all threads that it starts inherit. The kernel cuts it at 15 bytes.
inline long SetName(const char* name) { return Call(__NR_prctl, /* PR_SET_NAME */ 15, name); }
inline long GetSecureBits() { return Call(__NR_prctl, /* PR_GET_SECUREBITS */ 27); }
// Whether execveat would execute the file. It does not: before 6.14 the kernel answers EINVAL.
inline long CheckExecve(int fd, char** argv, char** envp) {
  return Call(__NR_execveat, fd, "", argv, envp, AT_EMPTY_PATH | /* AT_EXECVE_CHECK */ 0x10000);
}
inline long ReadAt(int fd, void* buffer, size_t size, uint64_t offset) {
  return Call(__NR_pread64, fd, buffer, size, offset);
}
inline long Write(int fd, std::string_view text) {
  return Call(__NR_write, fd, text.data(), text.size());
}
inline long ReadLink(const char* path, char* buffer, size_t size) {
  return Call(__NR_readlinkat, AT_FDCWD, path, buffer, size);
}
inline long GetCwd(char* buffer, size_t size) { return Call(__NR_getcwd, buffer, size); }
// False if the kernel is told to map everything where it was in other processes (setarch -R, gdb),
// and where it does not say.
inline bool AddressesAreRandom() {
  constexpr long kNoRandomize = 0x0040000;  // ADDR_NO_RANDOMIZE. An error has this bit, too
  return (Call(__NR_personality, 0xffffffff) & kNoRandomize) == 0;
}
// As far as the kernel has random numbers already.
inline long GetRandom(void* buffer, size_t size) {
  return Call(__NR_getrandom, buffer, size, /* GRND_NONBLOCK */ 1);
}
inline long Map(uint64_t address, uint64_t size, int prot, int flags, int fd = -1,
                uint64_t offset = 0) {
  return Call(__NR_mmap, address, size, prot, flags, fd, offset);
}
inline long Unmap(uint64_t address, uint64_t size) { return Call(__NR_munmap, address, size); }
// MREMAP_MAYMOVE | MREMAP_FIXED
inline long Move(uint64_t from, uint64_t size, uint64_t to) {
  return Call(__NR_mremap, from, size, size, 3, to);
}
inline long Protect(uint64_t address, uint64_t size, int prot) {
  return Call(__NR_mprotect, address, size, prot);
}
inline long Advise(uint64_t address, uint64_t size, int advice) {
  return Call(__NR_madvise, address, size, advice);
}
inline long Seal(uint64_t address, uint64_t size) { return Call(kSysMseal, address, size, 0); }
inline long SetThreadPointer(uint64_t address) {
  return Call(__NR_arch_prctl, /* ARCH_SET_FS */ 0x1002, address);
}
inline long SetSignalMask(int how, const uint64_t* mask, uint64_t* old_mask) {
  return Call(__NR_rt_sigprocmask, how, mask, old_mask, sizeof *mask);
}
// Whether 4 bytes, aligned, can be read, without a fault if they cannot: the kernel reads the futex
// before it wakes nobody.
inline bool CanRead(uint64_t address) {
  constexpr int kCmpRequeuePrivate = 4 | 128;
  return Call(__NR_futex, address, kCmpRequeuePrivate, 0, 0, address, 0) != -EFAULT;
}
// The kernel's struct sigaction.
struct SignalAction {
  uint64_t handler = 0;
  uint64_t flags = 0;
  uint64_t restorer = 0;
  uint64_t mask = 0;
};
inline constexpr uint64_t kSignalRestorer = 0x04000000;  // SA_RESTORER
inline long SetSignalAction(int signal, const SignalAction* action, SignalAction* old_action) {
  return Call(__NR_rt_sigaction, signal, action, old_action, sizeof action->mask);
}
inline long QueueSignalToSelf(int signal, const void* info) {
  return Call(__NR_rt_tgsigqueueinfo, Call(__NR_getpid), Call(__NR_gettid), signal, info);
}
// Syscall User Dispatch of this thread, except for calls from [start, start + size).
inline long SetUserDispatch(bool on, uint64_t start, uint64_t size) {
  return Call(__NR_prctl, /* PR_SET_SYSCALL_USER_DISPATCH */ 59, on, start, size, 0);
}
// Writes to an address of this process that may be unmapped.
inline long WriteMemory(const struct iovec* from, const struct iovec* to) {
  return Call(__NR_process_vm_writev, Call(__NR_getpid), from, 1, to, 1, 0);
}
inline long Ioctl(int fd, unsigned long request, void* argument) {
  return Call(__NR_ioctl, fd, request, argument);
}
inline long ClockGettime(int clock, struct timespec* out) {
  return Call(__NR_clock_gettime, clock, out);
}
// True if the kernel says that no other thread and no other process shares this memory. Unsharing
// it then has no effect.
inline bool IsAlone() { return !Failed(Call(__NR_unshare, /* CLONE_VM */ 0x100)); }
inline int GetPid() { return static_cast<int>(Call(__NR_getpid)); }
// Waits for at most so many nanoseconds, less than a second, and returns -ETIMEDOUT if the time was
// too short. 0 means no limit.
inline long FutexWait(const uint32_t* word, uint32_t seen, long nanoseconds = 0) {
  const long time[] = {0, nanoseconds};
  return Call(__NR_futex, word, /* FUTEX_WAIT_PRIVATE */ 128, seen,
              nanoseconds != 0 ? time : nullptr);
}
inline long FutexWake(const uint32_t* word) {
  return Call(__NR_futex, word, /* FUTEX_WAKE_PRIVATE */ 129, 1);
}
inline long StopSelf() { return Call(__NR_kill, Call(__NR_getpid), /* SIGSTOP */ 19); }
[[noreturn]] inline void Exit(int status) {
  for (;;) Call(__NR_exit_group, status);
}

}  // namespace signet::sys

#pragma GCC visibility pop

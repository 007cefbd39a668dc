// SPDX-License-Identifier: MIT
#include "sealer/attack/ways_around.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <linux/userfaultfd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#include <cstring>

#include "base/page.h"
#include "base/syscall.h"
#include "elf/types.h"

namespace signet {
namespace {

// A descriptor, closed at the end of its scope.
class File {
 public:
  [[gnu::cold]] explicit File(long fd) : fd_(fd) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[gnu::cold]] ~File() {
    if (!sys::Failed(fd_)) sys::Call(__NR_close, fd_);
  }
  long get() const { return fd_; }
  bool ok() const { return !sys::Failed(fd_); }

 private:
  long fd_;
};

[[gnu::cold]] long OpenMemory() {
  return sys::Call(__NR_openat, AT_FDCWD, "/proc/self/mem", O_RDWR | O_CLOEXEC, 0);
}

// 0 if the byte was written. A write of nothing is a refusal as well.
[[gnu::cold]] long Written(long result) { return result == 1 ? 0 : result == 0 ? -EIO : result; }

// Fills the page, if it is not present, with other bytes.
[[gnu::cold]] long FillPage(uint64_t page) {
  constexpr int kUserModeOnly = 1;  // UFFD_USER_MODE_ONLY, Linux 5.11
  const File file(sys::Call(__NR_userfaultfd, O_CLOEXEC | O_NONBLOCK | kUserModeOnly));
  if (!file.ok()) return file.get();
  const int fd = static_cast<int>(file.get());
  uffdio_api api = {.api = UFFD_API, .features = 0, .ioctls = 0};
  uffdio_register range = {.range = {.start = page, .len = kPageSize},
                           .mode = UFFDIO_REGISTER_MODE_MISSING,
                           .ioctls = 0};
  if (const long result = sys::Ioctl(fd, UFFDIO_API, &api); sys::Failed(result)) return result;
  if (const long result = sys::Ioctl(fd, UFFDIO_REGISTER, &range); sys::Failed(result))
    return result;
  char source[kPageSize];
  std::memset(source, 0xa5, sizeof source);
  uffdio_copy copy = {.dst = page,
                      .src = std::bit_cast<uint64_t>(&source),
                      .len = sizeof source,
                      .mode = 0,
                      .copy = 0};
  const long result = sys::Ioctl(fd, UFFDIO_COPY, &copy);
  sys::Ioctl(fd, UFFDIO_UNREGISTER, &range.range);
  return result;
}

// io_uring's queues, for one request.
class Ring {
 public:
  [[gnu::cold]] Ring() : file_(sys::Call(__NR_io_uring_setup, 1, &parameters_)) {
    if (!file_.ok()) return;
    rings_size_ = parameters_.cq_off.cqes + parameters_.cq_entries * sizeof(io_uring_cqe) +
                  parameters_.sq_off.array;
    rings_ = MapAt(rings_size_, IORING_OFF_SQ_RING);
    requests_ = MapAt(kPageSize, IORING_OFF_SQES);
  }
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  [[gnu::cold]] ~Ring() {
    if (rings_ != 0) sys::Unmap(rings_, rings_size_);
    if (requests_ != 0) sys::Unmap(requests_, kPageSize);
  }

  // The result of madvise(start, size, advice).
  [[gnu::cold]] long Advise(uint64_t start, uint64_t size, uint32_t advice) {
    if (!file_.ok()) return file_.get();
    if (rings_ == 0 || requests_ == 0) return -ENOMEM;
    if (size > UINT32_MAX) return -EINVAL;
    auto* request = std::bit_cast<io_uring_sqe*>(requests_);
    request->opcode = IORING_OP_MADVISE;
    request->addr = start;
    request->len = static_cast<uint32_t>(size);
    request->fadvise_advice = advice;
    *At<uint32_t>(parameters_.sq_off.array) = 0;
    __atomic_store_n(At<uint32_t>(parameters_.sq_off.tail), 1, __ATOMIC_RELEASE);
    const long result =
        sys::Call(__NR_io_uring_enter, file_.get(), 1, 1, IORING_ENTER_GETEVENTS, 0, 0);
    if (sys::Failed(result)) return result;
    if (__atomic_load_n(At<uint32_t>(parameters_.cq_off.tail), __ATOMIC_ACQUIRE) == 0)
      return -EAGAIN;
    return __atomic_load_n(&At<io_uring_cqe>(parameters_.cq_off.cqes)->res, __ATOMIC_RELAXED);
  }

 private:
  [[gnu::cold]] uint64_t MapAt(uint64_t size, uint64_t offset) {
    const long result = sys::Map(0, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
                                 static_cast<int>(file_.get()), offset);
    return sys::Failed(result) ? 0 : static_cast<uint64_t>(result);
  }
  template <typename T>
  T* At(uint32_t offset) const {
    return std::bit_cast<T*>(rings_ + offset);
  }

  io_uring_params parameters_ = {};
  File file_;
  uint64_t rings_ = 0;
  uint64_t rings_size_ = 0;
  uint64_t requests_ = 0;
};

// A child process gives advice about the memory of this one. Its status is the kernel's answer.
[[gnu::cold]] long AdviseFromChild(uint64_t start, uint64_t size, int advice) {
  const int process = sys::GetPid();
  const long child = ForkChild();
  if (child == 0) {
    const iovec pages = {std::bit_cast<void*>(start), size};
    const File file(sys::Call(__NR_pidfd_open, process, 0));
    const long result =
        file.ok() ? sys::Call(__NR_process_madvise, file.get(), &pages, 1, advice, 0) : file.get();
    sys::Exit(sys::Failed(result) ? sys::Errno(result) : 0);
  }
  if (sys::Failed(child)) return child;
  const int status = WaitForChild(child);
  return (status & 0x7f) != 0 ? -EINTR : -(status >> 8);
}

}  // namespace

long WaysAround::WriteByte(AttackCall call, char byte) const {
  if (call == AttackCall::kSelfMem) {
    const File file(OpenMemory());
    if (!file.ok()) return file.get();
    return Written(sys::Call(__NR_pwrite64, file.get(), &byte, 1, address_));
  }
  const iovec from = {&byte, 1};
  const iovec to = {std::bit_cast<void*>(address_), 1};
  return Written(sys::WriteMemory(&from, &to));
}

long WaysAround::Go(AttackCall call, int advice, uint64_t start, uint64_t size) {
  last_ = call;
  if (call == AttackCall::kUserfault) return FillPage(start);
  if (call == AttackCall::kRemoteMadvise) return AdviseFromChild(start, size, advice);
  if (call == AttackCall::kIoUring)
    return Ring().Advise(start, size, static_cast<uint32_t>(advice));
  address_ = start + size - 1;
  before_ = 0;
  if (const File file(OpenMemory()); file.ok())
    sys::Call(__NR_pread64, file.get(), &before_, 1, address_);
  return WriteByte(call, static_cast<char>(before_ ^ 0x55));
}

void WaysAround::Undo() {
  if (last_ == AttackCall::kSelfMem || last_ == AttackCall::kProcessVm)
    (void)WriteByte(last_, before_);
}

long ForkChild() {
  const long process = sys::Call(__NR_clone, SIGCHLD, 0, 0, 0, 0);
  if (process == 0) sys::Call(__NR_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  return process;
}

int WaitForChild(long process) {
  int status = 0;
  while (sys::Call(__NR_wait4, process, &status, 0, 0) == -EINTR) {
  }
  return status;
}

AttackVictim::AttackVictim() {
  const long process = ForkChild();
  if (process == 0) {
    for (;;) sys::Call(__NR_pause);
  }
  process_ = static_cast<int>(process);
  error_ = sys::Failed(process) ? process : Trace(PTRACE_ATTACH, 0, 0);
  if (error_ == 0) sys::Call(__NR_wait4, process_, 0, 0, 0);
}

AttackVictim::~AttackVictim() {
  if (process_ <= 0) return;
  sys::Call(__NR_kill, process_, SIGKILL);
  sys::Call(__NR_wait4, process_, 0, 0, 0);
}

long AttackVictim::Trace(long request, uint64_t address, uint64_t data) const {
  return sys::Call(__NR_ptrace, request, process_, address, data);
}

long AttackVictim::Poke(uint64_t end, uint16_t& effects) const {
  effects = 0;
  if (error_ != 0) return error_;
  const uint64_t address = end - sizeof(uint64_t);
  uint64_t before = 0;
  if (const long result = Trace(PTRACE_PEEKTEXT, address, std::bit_cast<uint64_t>(&before));
      sys::Failed(result))
    return result;
  const uint64_t changed = before ^ 0x5555555555555555;
  const long result = Trace(PTRACE_POKETEXT, address, changed);
  if (sys::Failed(result)) return result;
  uint64_t after = 0;
  Trace(PTRACE_PEEKTEXT, address, std::bit_cast<uint64_t>(&after));
  if (after == changed) effects = kAttackBytes;
  Trace(PTRACE_POKETEXT, address, before);
  return 0;
}

}  // namespace signet

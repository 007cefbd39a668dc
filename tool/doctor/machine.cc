// SPDX-License-Identifier: MIT
//
// See machine.h.
#include "tool/doctor/machine.h"

#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/seccomp.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/page.h"
#include "elf/types.h"
#include "protocol/kernel_interface.h"
#include "tool/ask_child.h"
#include "tool/doctor/kernel_config.h"
#include "tool/process/find_ledger.h"
#include "tool/process/process_reader.h"

namespace signet::tool {
namespace {

constexpr int kUserModeOnly = 1;  // UFFD_USER_MODE_ONLY

// From the answer of a child: 0, or an errno value.
Feature FeatureOf(int answer) {
  return {answer == 0, answer > 0 ? answer : 0, answer == kEndedByFilter};
}

// Makes a system call in a child process, so that no filter can end this one.
template <typename Call>
Feature Try(Call call) {
  return FeatureOf(AskChild([&call] { return call() >= 0 ? 0 : errno; }));
}

// A read-only page of anonymous memory that has been written to, or nullptr.
char* NewPage() {
  void* page = mmap(nullptr, kPageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return nullptr;
  *static_cast<char*>(page) = 1;
  mprotect(page, kPageSize, PROT_READ);
  return static_cast<char*>(page);
}

std::optional<bool> YesOrNo(int answer) {
  if (answer < 0 || answer > 1) return std::nullopt;
  return answer == 1;
}

std::optional<bool> IsShownSealed(uint64_t address) {
  const Result<ProcessReader> self = ProcessReader::Open(getpid());
  if (!self.ok()) return std::nullopt;
  const auto mappings = self->ReadMappings();
  if (!mappings.ok()) return std::nullopt;
  const SmapsMapping* mapping = FindMapping(*mappings, address);
  return mapping != nullptr ? std::optional<bool>(mapping->sealed) : std::nullopt;
}

constexpr int kUnknown = 2;

void TryMseal(Machine& machine) {
  machine.mseal = Try([] {
    char* page = NewPage();
    return page != nullptr ? syscall(kMsealNumber, page, kPageSize, 0UL) : -1;
  });
  if (!machine.mseal.there) return;
  machine.seals_shown = YesOrNo(AskChild([] {
    char* page = NewPage();
    if (page == nullptr || syscall(kMsealNumber, page, kPageSize, 0UL) != 0) return kUnknown;
    const auto shown = IsShownSealed(reinterpret_cast<uint64_t>(page));
    return shown ? static_cast<int>(*shown) : kUnknown;
  }));
  machine.discards_refused = YesOrNo(AskChild([] {
    char* page = NewPage();
    if (page == nullptr || syscall(kMsealNumber, page, kPageSize, 0UL) != 0) return kUnknown;
    return madvise(page, kPageSize, MADV_DONTNEED) != 0 && errno == EPERM ? 1 : 0;
  }));
}

// True if this process runs under Signet, which may have sealed what the kernel did not.
bool RunsUnderSignet() {
  const Result<ProcessReader> self = ProcessReader::Open(getpid());
  if (!self.ok()) return false;
  const auto auxv = self->ReadAuxv();
  const auto mappings = self->ReadMappings();
  if (!auxv.ok() || !mappings.ok()) return false;
  const auto ledger = FindLedger(
      [&](uint64_t address, std::span<std::byte> into) { return self->Read(address, into); }, *auxv,
      *mappings);
  return !ledger.ok() || ledger->state != LedgerBlock::State::kNoLoader;
}

void LookAtVdso(Machine& machine) {
  const auto config = ReadKernelConfig(machine.kernel.release);
  if (config) {
    machine.config_path = config->path;
    machine.vdso_config = ConfigValue(config->text, "CONFIG_MSEAL_SYSTEM_MAPPINGS");
  }
  const uint64_t vdso = getauxval(AT_SYSINFO_EHDR);
  if (vdso != 0 && !RunsUnderSignet()) machine.vdso_sealed = IsShownSealed(vdso);
}

long AskForMapping() {
  const int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fd;
  ProcmapQuery query = {};
  query.size = sizeof query;
  query.query_addr = reinterpret_cast<uint64_t>(&query);
  return ioctl(fd, kProcmapQuery, &query);
}

long AskForFilters() {
  uint32_t action = SECCOMP_RET_ERRNO;
  return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action);
}

long StartIoUring() {
  io_uring_params parameters = {};
  return syscall(SYS_io_uring_setup, 1, &parameters);
}

Feature TryMemoryFile() {
  return FeatureOf(AskChild([] {
    char* page = NewPage();
    const int fd = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
    if (page == nullptr || fd < 0) return errno;
    const char byte = 2;
    if (pwrite(fd, &byte, 1, static_cast<off_t>(reinterpret_cast<uint64_t>(page))) != 1)
      return errno;
    return *static_cast<volatile char*>(page) == byte ? 0 : EIO;
  }));
}

std::optional<long> ReadNumber(const char* path) {
  std::ifstream file(path);
  long number = 0;
  if (!(file >> number)) return std::nullopt;
  return number;
}

}  // namespace

Machine InspectMachine() {
  Machine machine;
  machine.kernel = GetKernelInfo();
  TryMseal(machine);
  LookAtVdso(machine);
  machine.procmap_query = Try(AskForMapping);
  machine.seccomp = Try(AskForFilters);
  machine.no_new_privs = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
  machine.user_dispatch =
      Try([] { return prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_OFF, 0, 0, 0); });
  machine.protection_keys = Try([] { return pkey_alloc(0, 0); });
  machine.memory_file = TryMemoryFile();
  machine.userfaultfd =
      Try([] { return syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | kUserModeOnly); });
  machine.io_uring = Try(StartIoUring);
  machine.max_map_count = ReadNumber("/proc/sys/vm/max_map_count");
  machine.ptrace_scope = ReadNumber("/proc/sys/kernel/yama/ptrace_scope");
  return machine;
}

signet_backend StrengthOf(const Machine& machine) {
  if (machine.mseal.there) return SIGNET_BACKEND_KERNEL;
  return machine.seccomp.there ? SIGNET_BACKEND_SECCOMP : SIGNET_BACKEND_GUARD;
}

}  // namespace signet::tool

// SPDX-License-Identifier: MIT
#include "loader/seal/inspect.h"

#include <errno.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/interval.h"
#include "base/page.h"
#include "base/scratch.h"
#include "base/syscall.h"
#include "loader/diagnostics.h"
#include "loader/find/proc_exe.h"
#include "loader/seal/compare_copies.h"
#include "loader/seal/seal_record.h"
#include "protocol/ledger_names.h"
#include "sealer/mappings.h"

namespace signet {
namespace {

constexpr unsigned char kBreakpoint = 0xcc;

bool HasPlannedProtection(const signet_ledger_entry& entry) {
  return (entry.protection & SIGNET_PROTECTION_PLANNED) != 0;
}
uint64_t ProtectionOf(const signet_ledger_entry& entry) {
  return entry.protection & kProcmapProtection;
}

// "r-x"
struct ProtectionText {
  char text[4];
  explicit ProtectionText(uint64_t protection)
      : text{(protection & PROT_READ) != 0 ? 'r' : '-', (protection & PROT_WRITE) != 0 ? 'w' : '-',
             (protection & PROT_EXEC) != 0 ? 'x' : '-', '\0'} {}
};

// The personality of old programs makes memory executable where it is readable.
bool ReadImpliesExec() {
  const long personality = sys::Call(__NR_personality, 0xffffffff);
  return !sys::Failed(personality) && (personality & READ_IMPLIES_EXEC) != 0;
}

bool IsSameFile(const ProcmapQuery& a, const ProcmapQuery& b) {
  return a.inode == b.inode && a.dev_major == b.dev_major && a.dev_minor == b.dev_minor;
}

// The file that a module was mapped from, opened again.
class ModuleSource {
 public:
  // `mapped_inode` is the kernel's, of the mapping.
  ModuleSource(const Module& module, uint64_t mapped_inode) {
    const bool is_kernels = module.map.kernel_mapped;
    fd_ = static_cast<int>(sys::Open(is_kernels ? kProcExe : module.path));
    struct stat status = {};
    if (fd_ < 0 || is_kernels) return;
    const bool is_known = module.file.inode != 0;  // libc opened the others
    if (!sys::Failed(sys::Stat(fd_, &status)) &&
        (is_known ? status.st_dev == module.file.device && status.st_ino == module.file.inode
                  : status.st_ino == mapped_inode)) {
      return;
    }
    sys::Close(fd_);
    fd_ = -1;
  }
  ~ModuleSource() {
    if (ok()) sys::Close(fd_);
  }
  ModuleSource(const ModuleSource&) = delete;
  ModuleSource& operator=(const ModuleSource&) = delete;

  // False also if there is another file under its name by now.
  bool ok() const { return fd_ >= 0; }
  int fd() const { return fd_; }

 private:
  int fd_ = -1;
};

class Inspector {
 public:
  Inspector(const MappingQuery& kernel, const ModifiedPages& pages, const Module& module,
            std::span<const signet_ledger_entry> entries)
      : kernel_(kernel), pages_(pages), module_(module), entries_(entries) {}

  void Run() {
    for (const signet_ledger_entry& entry : entries_) {
      if (entry.backend != SIGNET_BACKEND_NONE && HasPlannedProtection(entry)) Inspect(entry);
    }
    RestoreBytes();
  }

 private:
  void Inspect(const signet_ledger_entry& entry) {
    for (uint64_t at = entry.start; at < entry.end;) {
      ProcmapQuery mapping = {};
      const long result = kernel_.Find(at, mapping);
      if (result == -ENOENT) Reject(entry, "nothing is mapped there", "");
      if (sys::Failed(result)) return;  // the kernel gives no answer
      CheckProtection(entry, mapping);
      const uint64_t end = mapping.vma_end < entry.end ? mapping.vma_end : entry.end;
      if ((entry.kind == SIGNET_KIND_RELRO || IsRelocated(entry)) && mapping.inode != 0)
        Reject(entry, "it is not anonymous memory", "");
      if (IsFromFile(entry)) {
        const uint64_t file_end = FileEnd(at);
        if (at < file_end) {
          CheckFile(entry, mapping, at);
          AddFileRun(at, end < file_end ? end : file_end);
        }
      }
      at = end;
    }
    if (IsRelocated(entry)) CompareCopies(entry);
  }

  bool IsRelocated(const signet_ledger_entry& entry) const {
    return (entry.remarks & SIGNET_REMARK_RELOCATED) != 0;
  }

  void CompareCopies(const signet_ledger_entry& entry) const {
    const ModuleSource source(module_, 0);
    const uint64_t file_end = FileEnd(entry.start);
    const uint64_t end = entry.end < file_end ? entry.end : file_end;
    if (source.ok() && entry.start < end &&
        !IsAsInFileButRelocated(module_, source.fd(), entry.start, end)) {
      Reject(entry, "its bytes are not the file's", "");
    }
  }

  // Text and constants are mappings of the file, except where the loader needs copies.
  bool IsFromFile(const signet_ledger_entry& entry) const {
    return (entry.kind == SIGNET_KIND_TEXT || entry.kind == SIGNET_KIND_RODATA) &&
           (entry.protection & SIGNET_PROTECTION_WRITE) == 0 && !IsRelocated(entry);
  }

  const elf::Phdr* SegmentAt(uint64_t address) const {
    const elf::Phdr* found = nullptr;
    for (const elf::Phdr& phdr : elf::LoadSegments(module_.map.image.phdrs())) {
      if (PageDown(module_.map.image.Resolve(phdr.p_vaddr)) <= address) found = &phdr;
    }
    return found;
  }

  // Where the pages end that are mapped from the file for the segment at `address`. A read-only
  // segment that ends in zeroes is read, not mapped (load/plan_pieces.h).
  uint64_t FileEnd(uint64_t address) const {
    const elf::Phdr* phdr = SegmentAt(address);
    if (phdr == nullptr || phdr->p_filesz == 0 ||
        (phdr->p_memsz > phdr->p_filesz && (phdr->p_flags & PF_X) == 0)) {
      return 0;
    }
    return PageUp(module_.map.image.Resolve(phdr->p_vaddr + phdr->p_filesz));
  }

  uint64_t FileOffset(uint64_t address) const {
    const elf::Phdr* phdr = SegmentAt(address);
    return address - module_.map.image.Resolve(phdr->p_vaddr) + phdr->p_offset;
  }

  void CheckProtection(const signet_ledger_entry& entry, const ProcmapQuery& mapping) const {
    const uint64_t planned = ProtectionOf(entry);
    const uint64_t actual = mapping.vma_flags & kProcmapProtection;
    if (actual == planned && (mapping.vma_flags & kProcmapShared) == 0) return;
    if (actual == (planned | PROT_EXEC) && (planned & PROT_READ) != 0 && ReadImpliesExec()) return;
    if (actual == planned) Reject(entry, "it is shared memory", "");
    Reject(entry, "its protection is ", ProtectionText(actual).text);
  }

  void CheckFile(const signet_ledger_entry& entry, const ProcmapQuery& mapping,
                 uint64_t address) const {
    if (mapping.inode == 0) Reject(entry, "it is anonymous memory", "");
    if (address - mapping.vma_start + mapping.vma_offset != FileOffset(address))
      Reject(entry, "another part of the file is mapped there", "");
    const uint64_t device = makedev(mapping.dev_major, mapping.dev_minor);
    if (module_.file.inode == 0 ||
        (mapping.inode == module_.file.inode && device == module_.file.device)) {
      return;
    }
    if (!IsMappedAlike(mapping)) Reject(entry, "another file is mapped there", "");
  }

  // On some file systems (btrfs, overlayfs) a mapping has other numbers than fstat tells. So this
  // maps the file and compares. If the file cannot be found again, it gives the benefit of doubt.
  bool IsMappedAlike(const ProcmapQuery& mapping) const {
    const ModuleSource source(module_, mapping.inode);
    if (!source.ok()) return true;
    const long page = MapAnywhere(kPageSize, PROT_READ, MAP_PRIVATE, source.fd());
    if (sys::Failed(page)) return true;
    ProcmapQuery control = {};
    const bool is_known = kernel_.Find(static_cast<uint64_t>(page), control) == 0;
    sys::Unmap(static_cast<uint64_t>(page), kPageSize);
    return !is_known || IsSameFile(control, mapping);
  }

  // Ranges that lie next to each other are looked at in one call.
  void AddFileRun(uint64_t start, uint64_t end) {
    if (start != run_end_) {
      RestoreBytes();
      run_start_ = start;
    }
    run_end_ = end;
  }

  void RestoreBytes() {
    while (run_start_ != run_end_) {
      uint64_t page = run_start_;
      uint64_t end = run_end_;
      if (sys::Failed(pages_.FindFirst(page, end))) {  // the kernel gives no answer
        sys::Advise(run_start_, run_end_ - run_start_, MADV_DONTNEED);
        end = run_end_;
      } else {
        for (; page < end; page += kPageSize) RestorePage(page);
      }
      run_start_ = end;
    }
  }

  const signet_ledger_entry& EntryAt(uint64_t address) const {
    return entries_[FirstAbove(entries_.size(), address,
                               [this](size_t i) { return entries_[i].end; })];
  }

  void RestorePage(uint64_t page) const {
    if (IsAsInFile(page)) return;
    // With zeroes behind the file's bytes the page can only be a copy. The filter of system calls
    // denies the advice.
    if (BytesOfFile(page) != kPageSize ||
        sys::Failed(sys::Advise(page, kPageSize, MADV_DONTNEED))) {
      Reject(EntryAt(page), "its bytes are not the file's", "");
    }
  }

  // How many of the page's bytes are the file's; there are zeroes behind them. What lies behind the
  // segment's bytes in its last page is the file's, too, if the segment does not end in zeroes.
  uint64_t BytesOfFile(uint64_t page) const {
    const elf::Phdr& phdr = *SegmentAt(page);
    const uint64_t rest = module_.map.image.Resolve(phdr.p_vaddr + phdr.p_filesz) - page;
    return phdr.p_memsz > phdr.p_filesz && rest < kPageSize ? rest : kPageSize;
  }

  // False also if the file cannot be read.
  bool IsAsInFile(uint64_t page) const {
    ProcmapQuery mapping = {};
    if (kernel_.Find(page, mapping) != 0) return false;
    const ModuleSource source(module_, mapping.inode);
    const Scratch<unsigned char> expected(kPageSize);  // the caller's stack may be small
    if (!source.ok() || expected.first() == nullptr) return false;
    const long size =
        sys::ReadAt(source.fd(), expected.first(), BytesOfFile(page), FileOffset(page));
    if (sys::Failed(size)) return false;
    const auto* actual = std::bit_cast<const unsigned char*>(page);
    for (uint64_t i = 0; i < kPageSize; ++i) {
      if (actual[i] != expected.first()[i] && actual[i] != kBreakpoint) return false;
    }
    return true;
  }

  [[noreturn]] void Reject(const signet_ledger_entry& entry, std::string_view what,
                           std::string_view detail) const {
    {
      Line line;
      line << "ld-signet: " << module_.path << ": memory was changed while it was linked: "
           << KindName(static_cast<signet_kind>(entry.kind)) << " at " << Hex{entry.start} << "-"
           << Hex{entry.end} << " was planned as "
           << std::string_view(ProtectionText(ProtectionOf(entry)).text) << ", but " << what
           << detail;
    }
    sys::Exit(kExitCannotRun);
  }

  const MappingQuery& kernel_;
  const ModifiedPages& pages_;
  const Module& module_;
  std::span<const signet_ledger_entry> entries_;  // of the module's span
  uint64_t run_start_ = 0;                        // mapped from the file, not looked at yet
  uint64_t run_end_ = 0;
};

}  // namespace

// A failure is found by InspectSealed.
void RestoreProtection(const LedgerEntries& planned) {
  for (const signet_ledger_entry& entry : planned) {
    if (entry.reason == SIGNET_REASON_SEALED && HasPlannedProtection(entry))
      sys::Protect(entry.start, entry.end - entry.start, static_cast<int>(ProtectionOf(entry)));
  }
}

void InspectSealed(const Process& process, std::span<Module* const> modules) {
  if (modules.empty()) return;
  const MappingQuery kernel;
  if (!kernel.ok()) return;
  const ModifiedPages pages;
  const LedgerEntries& entries = process.seal_record->entries;
  for (const Module* module : modules) {
    const size_t first = FirstAbove(entries.size(), module->map.start,
                                    [&entries](size_t i) { return entries[i].end; });
    size_t last = first;
    while (last < entries.size() && entries[last].start < module->map.end) ++last;
    Inspector(kernel, pages, *module, {entries.begin() + first, last - first}).Run();
  }
}

}  // namespace signet

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
#include "loader/find/searcher.h"
#include "loader/load/read_headers.h"
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

[[noreturn, gnu::cold]] void EndProcess(std::string_view name, const signet_ledger_entry& entry,
                                        std::string_view what, std::string_view detail) {
  {
    Line line;
    line << "ld-signet: " << name << ": memory was changed while it was linked: "
         << KindName(static_cast<signet_kind>(entry.kind)) << " at " << Hex{entry.start} << "-"
         << Hex{entry.end};
    if (HasPlannedProtection(entry))
      line << " was planned as " << ProtectionText(ProtectionOf(entry)).view();
    line << ", but " << what << detail;
  }
  sys::Exit(kExitCannotRun);
}

// The personality of old programs makes memory executable where it is readable.
bool ReadImpliesExec() {
  const long personality = sys::Call(__NR_personality, 0xffffffff);
  return !sys::Failed(personality) && (personality & READ_IMPLIES_EXEC) != 0;
}

void CheckProtection(std::string_view name, const signet_ledger_entry& entry,
                     const ProcmapQuery& mapping) {
  const uint64_t planned = ProtectionOf(entry);
  const uint64_t actual = mapping.vma_flags & kProcmapProtection;
  const bool is_shared = (mapping.vma_flags & kProcmapShared) != 0;
  if (is_shared) EndProcess(name, entry, "it is shared memory", "");
  if (actual == planned) return;
  if (actual == (planned | PROT_EXEC) && (planned & PROT_READ) != 0 && ReadImpliesExec()) return;
  EndProcess(name, entry, "its protection is ", ProtectionText(actual).view());
}

bool IsSameFile(const ProcmapQuery& a, const ProcmapQuery& b) {
  return a.inode == b.inode && a.dev_major == b.dev_major && a.dev_minor == b.dev_minor;
}

// On some file systems (btrfs, overlayfs) a mapping has other numbers than fstat tells. So this
// maps the file and compares.
bool IsMappedAlike(const MappingQuery& kernel, int fd, const ProcmapQuery& mapping) {
  const long page = MapAnywhere(kPageSize, PROT_READ, MAP_PRIVATE, fd);
  if (sys::Failed(page)) return true;
  ProcmapQuery control = {};
  const bool is_known = kernel.Find(static_cast<uint64_t>(page), control) == 0;
  sys::Unmap(static_cast<uint64_t>(page), kPageSize);
  return !is_known || IsSameFile(control, mapping);
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
        (is_known ? IsSame(status, module.file) : status.st_ino == mapped_inode)) {
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
  // A file that was replaced may have left its inode to the next one.
  static bool IsSame(const struct stat& status, const ModuleFile& file) {
    return status.st_dev == file.device && status.st_ino == file.inode &&
           ChangeTime(status) == file.changed;
  }

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
      CheckProtection(module_.path, entry, mapping);
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
        CompareCopy(module_, source.fd(), entry.start, end) == Comparison::kDifferent) {
      Reject(entry, "its bytes are not the file's", "");
    }
  }

  // Text and constants are mappings of the file, except where the loader needs copies.
  bool IsFromFile(const signet_ledger_entry& entry) const {
    return (entry.kind == SIGNET_KIND_TEXT || entry.kind == SIGNET_KIND_RODATA) &&
           (entry.protection & SIGNET_PROTECTION_WRITE) == 0 && !IsRelocated(entry);
  }

  const elf::Phdr* SegmentAt(uint64_t address) const {
    const elf::Image& image = module_.map.image;
    return elf::SegmentOfPage(image.phdrs(), address - image.load_bias());
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

  // If the file cannot be found again, it gets the benefit of doubt.
  bool IsMappedAlike(const ProcmapQuery& mapping) const {
    const ModuleSource source(module_, mapping.inode);
    return !source.ok() || signet::IsMappedAlike(kernel_, source.fd(), mapping);
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
        end = run_end_;
        for (page = run_start_; page < end; page += kPageSize) {
          if (BytesOfFile(page) == kPageSize) sys::Advise(page, kPageSize, MADV_DONTNEED);
        }
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

  // A page with zeroes behind the file's bytes can only be a copy. If the file cannot be read, it
  // gets the benefit of doubt.
  void RestorePage(uint64_t page) const {
    const bool is_copy = BytesOfFile(page) != kPageSize;
    const Comparison comparison = Compare(page);
    if (comparison == Comparison::kSame || (is_copy && comparison == Comparison::kUnknown)) return;
    // The filter of system calls denies the advice.
    if (is_copy || sys::Failed(sys::Advise(page, kPageSize, MADV_DONTNEED)))
      Reject(EntryAt(page), "its bytes are not the file's", "");
  }

  // How many of the page's bytes are the file's; there are zeroes behind them. What lies behind the
  // segment's bytes in its last page is the file's, too, if the segment does not end in zeroes.
  uint64_t BytesOfFile(uint64_t page) const {
    const elf::Phdr& phdr = *SegmentAt(page);
    const uint64_t rest = module_.map.image.Resolve(phdr.p_vaddr + phdr.p_filesz) - page;
    return phdr.p_memsz > phdr.p_filesz && rest < kPageSize ? rest : kPageSize;
  }

  Comparison Compare(uint64_t page) const {
    ProcmapQuery mapping = {};
    if (kernel_.Find(page, mapping) != 0) return Comparison::kUnknown;
    const ModuleSource source(module_, mapping.inode);
    const Scratch<unsigned char> expected(kPageSize);  // the caller's stack may be small
    if (!source.ok() || expected.first() == nullptr) return Comparison::kUnknown;
    const long size =
        sys::ReadAt(source.fd(), expected.first(), BytesOfFile(page), FileOffset(page));
    if (sys::Failed(size)) return Comparison::kUnknown;
    const auto* actual = std::bit_cast<const unsigned char*>(page);
    for (uint64_t i = 0; i < kPageSize; ++i) {
      if (actual[i] != expected.first()[i] && actual[i] != kBreakpoint)
        return Comparison::kDifferent;
    }
    return Comparison::kSame;
  }

  [[noreturn]] void Reject(const signet_ledger_entry& entry, std::string_view what,
                           std::string_view detail) const {
    EndProcess(module_.path, entry, what, detail);
  }

  const MappingQuery& kernel_;
  const ModifiedPages& pages_;
  const Module& module_;
  std::span<const signet_ledger_entry> entries_;  // of the module's span
  uint64_t run_start_ = 0;                        // mapped from the file, not looked at yet
  uint64_t run_end_ = 0;
};

void InspectModules(const Process& process, const MappingQuery& kernel,
                    std::span<Module* const> modules) {
  const ModifiedPages pages;
  const SettledEntries& entries = process.seal_record->entries;
  for (const Module* module : modules) {
    const size_t first = FirstAbove(entries.size(), module->map.start,
                                    [&entries](size_t i) { return entries[i].end; });
    size_t last = first;
    while (last < entries.size() && entries[last].start < module->map.end) ++last;
    Inspector(kernel, pages, *module, {entries.begin() + first, last - first}).Run();
  }
}

// The kernel has chosen the protection of its own mappings. It alone gives such names.
void InspectVdso(const MappingQuery& kernel, const signet_ledger_entry& entry) {
  for (uint64_t at = entry.start; at < entry.end;) {
    char name[16] = {};
    ProcmapQuery mapping = {};
    mapping.vma_name_addr = std::bit_cast<uint64_t>(&name[0]);
    mapping.vma_name_size = sizeof name;
    const long result = kernel.Find(at, mapping);
    if (result == -ENOENT) EndProcess("[vdso]", entry, "nothing is mapped there", "");
    // A name that does not fit is not the kernel's.
    if (sys::Failed(result) && result != -ENAMETOOLONG) return;
    const std::string_view text = sys::Failed(result) ? "" : name;
    if (text != "[vdso]" && !text.starts_with("[vvar"))
      EndProcess("[vdso]", entry, "something else is mapped there", "");
    if ((mapping.vma_flags & PROT_WRITE) != 0) EndProcess("[vdso]", entry, "it can be written", "");
    at = mapping.vma_end;
  }
}

// Like modules, it gets the benefit of doubt if there is another file by now.
bool IsCache(const MappedFile& cache, const MappingQuery& kernel, const ProcmapQuery& mapping) {
  if (mapping.inode == cache.inode) return true;
  if (mapping.inode == 0) return false;
  const int fd = static_cast<int>(sys::Open(kCacheFile));
  if (fd < 0) return true;
  struct stat status = {};
  const bool is_replaced = sys::Failed(sys::Stat(fd, &status)) || status.st_ino != cache.inode;
  const bool is_cache = is_replaced || IsMappedAlike(kernel, fd, mapping);
  sys::Close(fd);
  return is_cache;
}

// The stand-in program is anonymous memory.
void InspectOwn(const Process& process, const MappingQuery& kernel,
                const signet_ledger_entry& entry, const LedgerModule& owner) {
  for (uint64_t at = entry.start; at < entry.end;) {
    ProcmapQuery mapping = {};
    const long result = kernel.Find(at, mapping);
    if (result == -ENOENT) EndProcess(owner.name, entry, "nothing is mapped there", "");
    if (sys::Failed(result)) return;
    CheckProtection(owner.name, entry, mapping);
    const bool is_as_planned = owner.origin == SIGNET_ORIGIN_STAND_IN
                                   ? mapping.inode == 0
                                   : IsCache(process.searcher->cache_file(), kernel, mapping);
    if (!is_as_planned) EndProcess(owner.name, entry, "something else is mapped there", "");
    at = mapping.vma_end;
  }
}

// What is no module: the vdso, the stand-in program and ld.so.cache.
void InspectOthers(const Process& process, const MappingQuery& kernel) {
  const SealRecord& record = *process.seal_record;
  for (const signet_ledger_entry& entry : record.entries) {
    const LedgerModule& owner = record.modules[entry.module];
    if (entry.backend == SIGNET_BACKEND_NONE) continue;
    if (owner.origin == SIGNET_ORIGIN_KERNEL) InspectVdso(kernel, entry);
    if (owner.origin == SIGNET_ORIGIN_STAND_IN || owner.path == kCacheFile)
      InspectOwn(process, kernel, entry, owner);
  }
}

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
  if (const MappingQuery kernel; kernel.ok()) InspectModules(process, kernel, modules);
}

void InspectStart(const Process& process) {
  const MappingQuery kernel;
  if (!kernel.ok()) return;
  InspectModules(process, kernel, process.modules);
  InspectOthers(process, kernel);
}

}  // namespace signet

// SPDX-License-Identifier: MIT
#include "loader/peek.h"

#include "elf/version.h"
#include "loader/sys/syscall.h"

namespace signet {
namespace {

class Peeker {
 public:
  Peeker(int fd, Module& module) : fd_(fd), module_(module) {}

  [[nodiscard]] bool Run() {
    return module_.headers.interp != nullptr && module_.headers.dynamic != nullptr &&
           ReadDynamic() && DefinesGlibcPrivate() && ReadNames();
  }

 private:
  static constexpr size_t kMaxEntries = 256;

  // Reads what the file has at a p_vaddr-like address; the number of bytes read.
  size_t Read(uint64_t vaddr, void* out, size_t size) const {
    const elf::Image file(0, module_.headers.all);
    const elf::Phdr* segment = file.Segment(vaddr, 1);
    if (segment == nullptr || vaddr - segment->p_vaddr >= segment->p_filesz) return 0;
    const long got = sys::ReadAt(fd_, out, size, vaddr - segment->p_vaddr + segment->p_offset);
    return sys::Failed(got) ? 0 : static_cast<size_t>(got);
  }

  [[nodiscard]] bool ReadDynamic() {
    const elf::Phdr& dynamic = *module_.headers.dynamic;
    const size_t count = dynamic.p_memsz / sizeof(elf::Dyn);
    if (count == 0 || count > kMaxEntries) return false;
    const std::span<elf::Dyn> entries = ArenaArray<elf::Dyn>(count);
    if (Read(dynamic.p_vaddr, entries.data(), entries.size_bytes()) != entries.size_bytes()) {
      return false;
    }
    size_t used = 0;
    while (used < count && entries[used].d_tag != DT_NULL) ++used;
    entries_ = entries.first(used);
    for (const elf::Dyn& dyn : entries_) {
      if (dyn.d_tag == DT_STRTAB) strings_ = dyn.d_un.d_ptr;
      if (dyn.d_tag == DT_VERDEF) verdef_ = dyn.d_un.d_ptr;
      if (dyn.d_tag == DT_NEEDED) ++needed_count_;
    }
    return strings_ != 0 && verdef_ != 0;
  }

  // Walks the definitions in the window that one read gives.
  [[nodiscard]] bool DefinesGlibcPrivate() const {
    constexpr uint32_t kHash = elf::SysvHash(elf::kGlibcPrivate);
    char window[4096];
    const size_t size = Read(verdef_, window, sizeof window);
    for (size_t at = 0; at < size && size - at >= sizeof(elf::Verdef);) {
      elf::Verdef def;
      std::memcpy(&def, window + at, sizeof def);
      if (def.vd_hash == kHash) return true;
      if (def.vd_next == 0) return false;
      at += def.vd_next;
    }
    return false;
  }

  // Null if there is no name of reasonable length. Names lie close together: one read mostly gives
  // them all.
  const char* ReadName(uint64_t offset) {
    for (bool fresh = false;; fresh = true) {
      const uint64_t at = offset - names_start_;
      if (at < names_size_ && std::memchr(names_ + at, '\0', names_size_ - at) != nullptr)
        return ArenaString(names_ + at);
      if (fresh) return nullptr;
      names_start_ = offset;
      names_size_ = Read(strings_ + offset, names_, sizeof names_);
    }
  }

  [[nodiscard]] bool ReadNames() {
    const std::span<const char*> needed = ArenaArray<const char*>(needed_count_);
    const char* soname = nullptr;
    size_t next = 0;
    for (const elf::Dyn& dyn : entries_) {
      if (dyn.d_tag != DT_NEEDED && dyn.d_tag != DT_SONAME) continue;
      const char* name = ReadName(dyn.d_un.d_val);
      if (name == nullptr) return false;
      (dyn.d_tag == DT_NEEDED ? needed[next++] : soname) = name;
    }
    module_.origin = SIGNET_ORIGIN_ADOPTED;
    module_.needed_names = needed;
    module_.dynamic.entries = entries_;
    module_.dynamic.soname = soname;
    return true;
  }

  int fd_;
  Module& module_;
  std::span<const elf::Dyn> entries_;
  uint64_t strings_ = 0;
  uint64_t verdef_ = 0;
  size_t needed_count_ = 0;
  char names_[512];  // a piece of the string table
  uint64_t names_start_ = 0;
  size_t names_size_ = 0;
};

}  // namespace

bool PeekRuntime(int fd, Module& module) { return Peeker(fd, module).Run(); }

}  // namespace signet

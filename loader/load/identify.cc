// SPDX-License-Identifier: MIT
#include "loader/load/identify.h"

#include "base/attributes.h"
#include "base/syscall.h"
#include "elf/version.h"
#include "loader/load/exports.h"

namespace signet {
namespace {

constexpr char kLibc[] = "libc.so.6";
constexpr const char* kLibcStart = "__libc_start_main";

class RuntimeIdentifier {
 public:
  RuntimeIdentifier(int fd, Module& module) : fd_(fd), module_(module) {}

  [[nodiscard]] bool Run() {
    if (!Pays() || module_.map.headers.dynamic == nullptr || !ReadDynamic() || !ReadNames() ||
        !(HasInterpreter() ? IsLibc() || DefinesGlibcPrivate() : IsUnwinder(soname_)) ||
        is_init_first_ || !NeedsOnlyRuntime(needed_)) {
      return false;
    }
    module_.origin = SIGNET_ORIGIN_ADOPTED;
    module_.decoded.needed_names = needed_;
    module_.dynamic.entries = entries_;
    module_.dynamic.soname = soname_;
    return true;
  }

 private:
  static constexpr size_t kMaxEntries = 256;

  static bool IsUnwinder(const char* name) { return name != nullptr && name == kUnwinder; }

  // Then its versions need not be read. That is the usual case.
  bool IsLibc() const { return soname_ != nullptr && std::strcmp(soname_, kLibc) == 0; }

  bool HasInterpreter() const { return module_.map.headers.interp != nullptr; }

  // For most libraries the reads would be wasted. Hardly any library but a libc has PT_INTERP.
  bool Pays() const { return HasInterpreter() || IsUnwinder(module_.name); }

  // Reads what would be mapped at `vaddr`. Returns the number of bytes read.
  size_t Read(uint64_t vaddr, void* out, size_t size) const {
    const elf::Image file(0, module_.map.headers.mapped);
    const elf::Phdr* segment = file.Segment(vaddr, 1);
    if (segment == nullptr || vaddr - segment->p_vaddr >= segment->p_filesz) return 0;
    const long got = sys::ReadAt(fd_, out, size, vaddr - segment->p_vaddr + segment->p_offset);
    return sys::Failed(got) ? 0 : static_cast<size_t>(got);
  }

  [[nodiscard]] bool ReadDynamic() {
    const elf::Phdr& dynamic = *module_.map.headers.dynamic;
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
      if (dyn.d_tag == DT_FLAGS_1) is_init_first_ = (dyn.d_un.d_val & DF_1_INITFIRST) != 0;
      if (dyn.d_tag == DT_NEEDED) ++needed_count_;
      if (dyn.d_tag == DT_RPATH || dyn.d_tag == DT_RUNPATH) return false;
    }
    return strings_ != 0;
  }

  // The beginning of a version table. One read has to be enough: what lies behind it is not seen.
  struct Window {
    char bytes[4096];
    size_t size;

    template <typename T>
    [[nodiscard]] bool Take(uint64_t at, T& out) const {
      if (at > size || size - at < sizeof out) return false;
      std::memcpy(&out, bytes + at, sizeof out);
      return true;
    }
  };
  static constexpr uint32_t kPrivateHash = elf::SysvHash(elf::kGlibcPrivate);

  [[nodiscard]] bool DefinesGlibcPrivate() const {
    SIGNET_BUFFER static Window window;  // the stack may be small, and the loader lock is held
    window.size = verdef_ != 0 ? Read(verdef_, window.bytes, sizeof window.bytes) : 0;
    elf::Verdef def;
    for (uint64_t at = 0; window.Take(at, def); at += def.vd_next) {
      if (def.vd_hash == kPrivateHash) return true;
      if (def.vd_next == 0) break;
    }
    return false;
  }

  // Null for a name of unusual length. The names lie close together, so that one read often gets
  // all of them.
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
    needed_ = ArenaArray<const char*>(needed_count_);
    size_t next = 0;
    for (const elf::Dyn& dyn : entries_) {
      if (dyn.d_tag != DT_NEEDED && dyn.d_tag != DT_SONAME) continue;
      const char* name = ReadName(dyn.d_un.d_val);
      if (name == nullptr) return false;
      (dyn.d_tag == DT_NEEDED ? needed_[next++] : soname_) = name;
    }
    return true;
  }

  int fd_;
  Module& module_;
  std::span<const elf::Dyn> entries_;
  uint64_t strings_ = 0;
  uint64_t verdef_ = 0;
  bool is_init_first_ = false;
  size_t needed_count_ = 0;
  std::span<const char*> needed_;
  const char* soname_ = nullptr;
  char names_[512];  // a piece of the string table
  uint64_t names_start_ = 0;
  size_t names_size_ = 0;
};

}  // namespace

// glibc's names are a part of the ABI. musl's libc is known by two.
bool NeedsOnlyRuntime(std::span<const char* const> needed_names) {
  for (const std::string_view name : needed_names) {
    if (name != kLibc && name != "ld-linux-x86-64.so.2" && name != "libc.so" &&
        name != "libc.musl-x86_64.so.1") {
      return false;
    }
  }
  return true;
}

bool IdentifyRuntime(int fd, Module& module) { return RuntimeIdentifier(fd, module).Run(); }

bool IsSelfInterpretingLibc(const Module& module) {
  return module.map.headers.interp == nullptr && module.map.entry != 0 &&
         FindExport(module, kLibcStart) != nullptr;
}

bool IsReservedName(const Module& interpreter, std::string_view name) {
  if (!name.starts_with("lib")) return false;
  name.remove_prefix(3);
  const bool reserved = name.starts_with("c.") || name.starts_with("pthread.") ||
                        name.starts_with("rt.") || name.starts_with("m.") ||
                        name.starts_with("dl.") || name.starts_with("util.") ||
                        name.starts_with("xnet.");
  return reserved && FindExport(interpreter, kLibcStart) != nullptr;
}

}  // namespace signet

// SPDX-License-Identifier: MIT
#include "process_image.h"

#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "elf/types.h"

namespace signet::test {
namespace {

constexpr uint64_t kPageSize = 4096;

constexpr uint64_t PageDown(uint64_t address) { return address & ~(kPageSize - 1); }
constexpr uint64_t PageUp(uint64_t address) { return PageDown(address + kPageSize - 1); }

std::vector<Mapping> ReadMappings(const std::string& directory) {
  std::vector<Mapping> mappings;
  std::ifstream smaps(directory + "smaps");
  for (std::string line; std::getline(smaps, line);) {
    if (line.starts_with("VmFlags:")) {
      mappings.back().sealed = (line + " ").find(" sl ") != std::string::npos;
      continue;
    }
    Mapping mapping = {};
    std::array<char, 5> perms;
    int path = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx %4s %lx %*x:%*x %lu %n", &mapping.start, &mapping.end,
                    perms.data(), &mapping.offset, &mapping.inode, &path) == 5) {
      mapping.perms = perms.data();
      mapping.path = line.substr(static_cast<size_t>(path));
      mappings.push_back(std::move(mapping));
    }
  }
  return mappings;
}

// The ranges of a module's span: its segments, the part of a writable one that RELRO covers, and
// what is between them.
std::vector<Range> RangesOf(uint64_t bias, const std::vector<Elf64_Phdr>& phdrs) {
  std::vector<Range> ranges;
  const auto add = [&ranges](uint64_t start, uint64_t end, signet_kind kind) {
    if (start < end) ranges.push_back({start, end, kind});
  };
  const auto relro = std::ranges::find_if(phdrs, [](const Elf64_Phdr& phdr) {
    return phdr.p_type == PT_GNU_RELRO || phdr.p_type == elf::kPtWrittenOnce;
  });
  for (const Elf64_Phdr& phdr : phdrs) {
    if (phdr.p_type != PT_LOAD || phdr.p_memsz == 0) continue;
    const uint64_t start = bias + PageDown(phdr.p_vaddr);
    const uint64_t end = bias + PageUp(phdr.p_vaddr + phdr.p_memsz);
    if (!ranges.empty()) {
      // Where two segments share a page, the later one was mapped over the earlier one.
      ranges.back().end = std::min(ranges.back().end, start);
      add(ranges.back().end, start, SIGNET_KIND_GAP);
    }
    if ((phdr.p_flags & PF_X) != 0) {
      add(start, end, SIGNET_KIND_TEXT);
    } else if ((phdr.p_flags & PF_W) == 0) {
      add(start, end, SIGNET_KIND_RODATA);
    } else if (relro == phdrs.end()) {
      add(start, end, SIGNET_KIND_DATA);
    } else {
      const uint64_t from = std::clamp(bias + PageDown(relro->p_vaddr), start, end);
      const uint64_t to = std::clamp(bias + PageDown(relro->p_vaddr + relro->p_memsz), from, end);
      add(start, from, SIGNET_KIND_DATA);
      add(from, to, SIGNET_KIND_RELRO);
      add(to, end, SIGNET_KIND_DATA);
    }
  }
  return ranges;
}

bool IsVdso(const Mapping& mapping) {
  return mapping.path == "[vdso]" || mapping.path.starts_with("[vvar");
}

}  // namespace

std::string Format(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  std::array<char, 4096> text;
  std::vsnprintf(text.data(), text.size(), format, arguments);
  va_end(arguments);
  return text.data();
}

std::string_view KindName(signet_kind kind) {
  static constexpr std::array<std::string_view, SIGNET_KIND_COUNT> kNames = {
      "text", "rodata", "relro", "gap", "vdso", "data"};
  return kNames.at(kind);
}

ProcessImage::ProcessImage(pid_t pid) {
  const std::string directory = "/proc/" + std::to_string(pid) + "/";
  memory_ = open((directory + "mem").c_str(), O_RDONLY | O_CLOEXEC);
  mappings_ = ReadMappings(directory);
  for (const Mapping& mapping : mappings_) {
    // Anonymous memory may hold a module with text relocations. The kernel may have merged it with
    // the memory in front of it.
    const bool anonymous = mapping.inode == 0 && mapping.path.empty() && mapping.perms[1] != 'w';
    const uint64_t last = anonymous ? mapping.end - kPageSize : mapping.start;
    for (uint64_t at = mapping.start; at <= last; at += kPageSize) FindModule(mapping, at);
  }
}

ProcessImage::~ProcessImage() { close(memory_); }

bool ProcessImage::Read(uint64_t address, void* into, size_t size) const {
  return pread(memory_, into, size, static_cast<off_t>(address)) == static_cast<ssize_t>(size);
}

// A module begins with its ELF header, and its text is mapped executable. A file that is only read
// has no executable mapping.
void ProcessImage::FindModule(const Mapping& mapping, uint64_t start) {
  // A small file has one page. It may be mapped once for each segment, and begins with the ELF
  // header each time.
  if (!modules_.empty() && start < modules_.back().end) return;
  Elf64_Ehdr ehdr;
  if (IsVdso(mapping) || mapping.perms[0] != 'r' || !Read(start, &ehdr, sizeof ehdr) ||
      std::memcmp(ehdr.e_ident, ELFMAG, SELFMAG) != 0 || ehdr.e_phentsize != sizeof(Elf64_Phdr)) {
    return;
  }
  std::vector<Elf64_Phdr> phdrs(ehdr.e_phnum);
  if (!Read(start + ehdr.e_phoff, phdrs.data(), phdrs.size() * sizeof(Elf64_Phdr))) return;

  const auto first = std::ranges::find_if(phdrs, [](const Elf64_Phdr& phdr) {
    return phdr.p_type == PT_LOAD && PageDown(phdr.p_offset) == 0;
  });
  if (first == phdrs.end()) return;
  const uint64_t bias = start - PageDown(first->p_vaddr);
  std::vector<Range> ranges = RangesOf(bias, phdrs);
  const bool runs = std::ranges::all_of(ranges, [this](const Range& range) {
    const Mapping* held = Piece(range.start, range.end).second;
    return range.kind != SIGNET_KIND_TEXT || (held != nullptr && held->perms[2] == 'x');
  });
  if (!runs) return;
  modules_.push_back({.path = mapping.path,
                      .load_bias = bias,
                      .start = ranges.front().start,
                      .end = ranges.back().end,
                      .ranges = std::move(ranges)});
}

std::pair<uint64_t, const Mapping*> ProcessImage::Piece(uint64_t start, uint64_t end) const {
  // The first mapping that ends behind `start`.
  const auto next = std::ranges::upper_bound(mappings_, start, {}, &Mapping::end);
  if (next == mappings_.end()) return {end, nullptr};
  if (next->start > start) return {std::min(end, next->start), nullptr};
  return {std::min(end, next->end), &*next};
}

std::string ProcessImage::OwnerOf(uint64_t address) const {
  for (const LoadedModule& module : modules_) {
    if (module.start <= address && address < module.end) return module.path;
  }
  return "[vdso]";
}

std::vector<Range> ProcessImage::AllRanges() const {
  std::vector<Range> ranges;
  for (const LoadedModule& module : modules_) {
    ranges.insert(ranges.end(), module.ranges.begin(), module.ranges.end());
  }
  for (const Mapping& mapping : mappings_) {
    if (IsVdso(mapping)) ranges.push_back({mapping.start, mapping.end, SIGNET_KIND_VDSO});
  }
  std::ranges::sort(ranges, {}, &Range::start);
  return ranges;
}

std::string Unsealed(const ProcessImage& image, uint32_t kinds) {
  std::string report;
  const std::vector<Range> ranges = image.AllRanges();
  for (const Range& range : ranges) {
    if ((kinds >> range.kind & 1) == 0) continue;
    for (uint64_t at = range.start; at < range.end;) {
      const auto [end, mapping] = image.Piece(at, range.end);
      const char* fault = nullptr;
      if (mapping == nullptr) {
        fault = "not mapped";
      } else if (!mapping->sealed) {
        fault = "not sealed";
      } else if (range.kind != SIGNET_KIND_DATA && mapping->perms[1] == 'w') {
        fault = "writable";
      } else if (range.kind == SIGNET_KIND_GAP && mapping->perms != "---p") {
        fault = "accessible";
      } else if (range.kind == SIGNET_KIND_RELRO && mapping->inode != 0) {
        fault = "file-backed";
      }
      if (fault != nullptr) {
        report += Format("%s of %s is %s: %lx-%lx\n", KindName(range.kind).data(),
                         image.OwnerOf(at).c_str(), fault, at, end);
      }
      at = end;
    }
  }
  for (const Mapping& mapping : image.mappings()) {
    if (mapping.perms[2] != 'x' || mapping.path == "[vsyscall]") continue;
    const bool known = std::ranges::any_of(ranges, [&mapping](const Range& range) {
      return range.start <= mapping.start && mapping.start < range.end;
    });
    const char* fault = mapping.perms[1] == 'w' ? "writable and executable"
                        : known                 ? nullptr
                                                : "executable, but of no module";
    if (fault != nullptr) {
      report += Format("%s: %lx-%lx %s\n", fault, mapping.start, mapping.end, mapping.path.c_str());
    }
  }
  return report;
}

}  // namespace signet::test

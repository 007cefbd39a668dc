// SPDX-License-Identifier: MIT
//
// What is in a process's memory, according to the kernel and to the modules' own program headers.
//
// Input: /proc/PID/smaps and /proc/PID/mem. Output: modules, with the ranges that should be sealed.
// It asks neither the loader nor the ledger, because the tests compare both with this. It does not
// know what a policy selects.
#pragma once

#include <signet/ledger.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signet::test {

struct Mapping {
  uint64_t start;
  uint64_t end;
  std::string perms;  // "r-xp"
  uint64_t offset;
  uint64_t inode;    // 0: anonymous
  std::string path;  // "" or "[vdso]" if it is no file
  bool sealed;       // `sl` among the VmFlags
};

struct Range {
  uint64_t start;
  uint64_t end;
  signet_kind kind;

  friend bool operator==(const Range&, const Range&) = default;
};

struct LoadedModule {
  std::string path;
  uint64_t load_bias;
  uint64_t start;
  uint64_t end;
  std::vector<Range> ranges;  // sorted, page-aligned, cover [start, end) once
};

class ProcessImage {
 public:
  explicit ProcessImage(pid_t pid);
  ~ProcessImage();
  ProcessImage(const ProcessImage&) = delete;
  ProcessImage& operator=(const ProcessImage&) = delete;

  const std::vector<Mapping>& mappings() const { return mappings_; }
  const std::vector<LoadedModule>& modules() const { return modules_; }  // without the vdso

  // Copies memory; false if not all of it can be read.
  bool Read(uint64_t address, void* into, size_t size) const;

  // The path of the module that `address` belongs to, or "[vdso]".
  std::string OwnerOf(uint64_t address) const;

  // The ranges of every module and of the vdso, sorted.
  std::vector<Range> AllRanges() const;

  // The part of [start, end) that begins at `start` and lies in one mapping, or in none: returns
  // its end, and the mapping or null.
  std::pair<uint64_t, const Mapping*> Piece(uint64_t start, uint64_t end) const;

 private:
  // One that begins at `start`, in this mapping, if there is one.
  void FindModule(const Mapping& mapping, uint64_t start);

  int memory_;  // file descriptor of /proc/PID/mem
  std::vector<Mapping> mappings_;
  std::vector<LoadedModule> modules_;
};

std::string_view KindName(signet_kind kind);

// printf into a string.
[[gnu::format(printf, 1, 2)]] std::string Format(const char* format, ...);

// Checks the following, and returns a line for each contradiction, or "". The kernel has sealed
// every byte of every range whose kind is in `kinds`. Such ranges, except for data, are not
// writable. RELRO is not file-backed. Gaps are inaccessible. Nothing is writable and executable at
// once. All executable memory belongs to a module.
std::string Unsealed(const ProcessImage& image, uint32_t kinds);

// The kinds that are sealed by default.
inline constexpr uint32_t kDefaultKinds = 1u << SIGNET_KIND_TEXT | 1u << SIGNET_KIND_RODATA |
                                          1u << SIGNET_KIND_RELRO | 1u << SIGNET_KIND_GAP |
                                          1u << SIGNET_KIND_VDSO;

}  // namespace signet::test

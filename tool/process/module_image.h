// SPDX-License-Identifier: MIT
//
// The ELF modules in an address space.
//
// Input: headers in a process's memory. Output: segments, RELRO, soname and mark. Opens no file: a
// module whose file was deleted or replaced is read like any other. Does not look at sections: they
// are not in memory. What is read is not trusted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tool/process/process_reader.h"
#include "tool/process/smaps.h"

namespace signet::tool {

// A PT_LOAD, rounded to pages.
struct Segment {
  uint64_t start;   // address of the first byte
  uint64_t end;     // address after the last byte
  uint64_t offset;  // of the page at `start` in the file
  uint32_t flags;   // PF_R | PF_W | PF_X
};

// What the dynamic section says, as addresses in the process; 0 if it does not say it.
struct DynamicTables {
  uint64_t symtab = 0;
  uint64_t strtab = 0;
  uint64_t gnu_hash = 0;
  std::optional<uint64_t> soname;  // offset in strtab
};

struct ModuleImage {
  uint64_t start = 0;             // address of the ELF header
  uint64_t end = 0;               // address after the last segment
  uint64_t load_bias = 0;         // run-time address minus p_vaddr, modulo 2^64
  std::vector<Segment> segments;  // ascending, disjoint, the first at `start`
  uint64_t relro_start = 0;       // PT_GNU_RELRO, in whole pages; empty if there is none
  uint64_t relro_end = 0;
  DynamicTables tables;  // of 64-bit modules only
  std::string soname;    // DT_SONAME, or empty
  bool marked = false;   // GNU_PROPERTY_MEMORY_SEAL; of 64-bit modules only
};

// Reads the module whose ELF header is at `start`, the first byte of a mapping of `size` bytes.
// std::nullopt if that is no ELF module, or if its headers contradict each other. Thread-safe if
// `read` is.
std::optional<ModuleImage> ReadImage(const ReadMemory& read, uint64_t start, uint64_t size);

// What may be read from one process, in bytes, where a read costs 512 more, and a segment 4096. It
// is enough for some thousand modules. A process may have any number of mappings that look like
// modules, each with headers that take long to read.
inline constexpr uint64_t kMaxImageCost = uint64_t{512} << 20;

struct Images {
  std::vector<ModuleImage> modules;  // in ascending order, disjoint
  // Where reading ended because it had cost too much. Modules from there on are unknown.
  std::optional<uint64_t> cut_at;
};

// All modules that are mapped as their headers say. An ELF file that is only mapped to be read is
// not one of them.
Images FindImages(const ReadMemory& read, const std::vector<SmapsMapping>& mappings);

// The address of the object `name` of `size` bytes in the dynamic symbol table of `image`.
// std::nullopt if there is no such object, or if it lies outside the image.
std::optional<uint64_t> FindObject(const ReadMemory& read, const ModuleImage& image,
                                   std::string_view name, uint64_t size);

}  // namespace signet::tool

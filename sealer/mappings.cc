// SPDX-License-Identifier: MIT
#include "sealer/mappings.h"

#include <string_view>

#include "base/interval.h"
#include "base/number.h"
#include "base/syscall.h"

namespace signet {
namespace {

constexpr int kEnd = -1;

}  // namespace

// MS_ASYNC looks for holes and does nothing else.
bool IsMapped(uint64_t start, uint64_t end) {
  return !sys::Failed(sys::Call(__NR_msync, start, end - start, MS_ASYNC));
}

MappingQuery::MappingQuery() : fd_(static_cast<int>(sys::Open("/proc/self/maps"))) {
  ProcmapQuery mapping = {};
  if (!ok() || Find(std::bit_cast<uint64_t>(&mapping), mapping) == 0) return;
  sys::Close(fd_);
  fd_ = -1;
}

MappingQuery::~MappingQuery() {
  if (ok()) sys::Close(fd_);
}

long MappingQuery::Find(uint64_t address, ProcmapQuery& mapping) const {
  mapping.size = sizeof mapping;
  mapping.query_flags = 0;
  mapping.query_addr = address;
  return sys::Ioctl(fd_, kProcmapQuery, &mapping);
}

ModifiedPages::ModifiedPages() : fd_(static_cast<int>(sys::Open("/proc/self/pagemap"))) {}

ModifiedPages::~ModifiedPages() {
  if (fd_ >= 0) sys::Close(fd_);
}

long ModifiedPages::FindFirst(uint64_t& start, uint64_t& end) const {
  PagemapRegion region = {};
  PagemapScan scan = {};
  scan.size = sizeof scan;
  scan.start = start;
  scan.end = end;
  scan.regions = std::bit_cast<uint64_t>(&region);
  scan.region_count = 1;
  scan.category_inverted = kPageIsFile;
  scan.category_mask = kPageIsFile;  // inverted: pages that are not the file's
  scan.category_anyof_mask = kPageIsPresent | kPageIsSwapped;
  scan.return_mask = kPageIsPresent;
  const long found = sys::Ioctl(fd_, kPagemapScan, &scan);
  if (sys::Failed(found)) return found;
  start = found != 0 ? region.start : end;
  end = found != 0 ? region.end : end;
  return 0;
}

MappingReader::MappingReader() : fd_(static_cast<int>(sys::Open("/proc/self/maps"))) {}

MappingReader::~MappingReader() {
  if (ok()) sys::Close(fd_);
}

int MappingReader::Get() {
  if (next_ == size_) {
    const long size = sys::Call(__NR_read, fd_, &buffer_[0], sizeof buffer_);
    if (sys::Failed(size) || size == 0) return kEnd;
    next_ = 0;
    size_ = static_cast<size_t>(size);
  }
  return static_cast<unsigned char>(buffer_[next_++]);
}

bool MappingReader::GetNumber(unsigned base, uint64_t& value) {
  value = 0;
  int character = Get();
  while (character != kEnd && AppendDigit(value, static_cast<char>(character), base))
    character = Get();
  return character != kEnd;
}

// The kernel gives names to some mappings without a file. The vdso's are not anonymous memory, but
// a private mapping of /dev/zero is.
void MappingReader::GetName(Mapping& mapping) {
  char text[16];
  size_t size = 0;
  for (int character = Get(); character != '\n' && character != kEnd; character = Get()) {
    if (size == 0 && character == ' ') continue;
    if (size < sizeof text) text[size++] = static_cast<char>(character);
  }
  const std::string_view name(text, size);
  const bool is_kernels =
      name.starts_with("[vdso]") || name.starts_with("[vvar") || name.starts_with("[uprobes]");
  mapping.is_segment = mapping.inode != 0 && name.starts_with("/SYSV");
  if ((mapping.inode == 0 && !is_kernels) ||
      (name == "/dev/zero" && (mapping.facts & kShared) == 0)) {
    mapping.facts |= kAnonymous;
  }
}

// 7f7cd9f23000-7f7cd9f49000 r--p 00000000 fe:00 1234   /lib/x86_64-linux-gnu/libc.so.6
bool MappingReader::Next(Mapping& mapping) {
  mapping = {};
  uint64_t device = 0;
  if (!ok() || !GetNumber(16, mapping.start) || !GetNumber(16, mapping.end)) return false;
  char permissions[5] = {};
  for (char& permission : permissions) permission = static_cast<char>(Get());
  if (permissions[1] == 'w') mapping.facts |= kWritable;
  if (permissions[3] == 's') mapping.facts |= kShared;
  if (!GetNumber(16, mapping.offset) || !GetNumber(16, device) || !GetNumber(16, device) ||
      !GetNumber(10, mapping.inode)) {
    return false;
  }
  --next_;  // what ended the inode may be the end of the line
  GetName(mapping);
  return mapping.start < mapping.end;
}

bool MemoryFacts::Seek(uint64_t address) {
  while (!at_end_ && mapping_.end <= address) at_end_ = !reader_.Next(mapping_);
  return !at_end_;
}

size_t MemoryFacts::Describe(uint64_t start, uint64_t end, uint32_t common, uint32_t unknown,
                             SealedRange* ranges, size_t room) {
  size_t count = 0;
  for (uint64_t at = start; at < end; ++count) {
    IntervalPiece piece = FirstPiece(at, end, Seek(at) ? &mapping_ : nullptr);
    if (count + 1 == room) piece.end = end;
    ranges[count] = {at, piece.end, common | (piece.is_inside ? mapping_.facts : unknown)};
    at = piece.end;
  }
  return count;
}

}  // namespace signet

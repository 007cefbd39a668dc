// SPDX-License-Identifier: MIT
#include "sealer/mappings.h"

#include <algorithm>
#include <string_view>

#include "base/syscall.h"

namespace signet {
namespace {

constexpr int kEnd = -1;

unsigned DigitOf(int character) {
  if (character >= '0' && character <= '9') return static_cast<unsigned>(character - '0');
  if (character >= 'a' && character <= 'f') return static_cast<unsigned>(character - 'a') + 10;
  return 16;
}

}  // namespace

// msync looks for holes, and does nothing else.
bool IsMapped(uint64_t start, uint64_t end) {
  constexpr long kAsync = 1;  // MS_ASYNC
  return !sys::Failed(sys::Call(__NR_msync, start, end - start, kAsync));
}

// Not by sys::Open, whose list of descriptors belongs to one thread at a time.
MappingReader::MappingReader()
    : fd_(static_cast<int>(
          sys::Call(__NR_openat, AT_FDCWD, "/proc/self/maps", O_RDONLY | O_CLOEXEC, 0))) {}

MappingReader::~MappingReader() {
  if (ok()) sys::Call(__NR_close, fd_);
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
  for (; DigitOf(character) < base; character = Get()) value = value * base + DigitOf(character);
  return character != kEnd;
}

// A mapping without file may have a name of the kernel's. Those of the vdso are no anonymous
// memory; a private mapping of /dev/zero is.
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
    const bool known = Seek(at);
    const bool inside = known && mapping_.start <= at;
    uint64_t limit = end;
    if (known) limit = std::min(end, inside ? mapping_.end : mapping_.start);
    if (count + 1 == room) limit = end;
    ranges[count] = {at, limit, common | (inside ? mapping_.facts : unknown)};
    at = limit;
  }
  return count;
}

}  // namespace signet

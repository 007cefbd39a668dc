// SPDX-License-Identifier: MIT
//
// The loader's only memory: an arena that grows by whole mappings and gives nothing back, and a
// growing array in it. Work that may fail is done on trial: its memory is kept or given back as a
// whole. The memory of a trial may also become a region, which is given back later, as a whole.
//
// Input: sizes. Output: zeroed memory. If the kernel has none left, OutOfMemory is called.
// Not thread-safe: used while linking at start, later under the loader lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <string_view>
#include <utility>

#pragma GCC visibility push(hidden)

namespace signet {

// Ends the process, or abandons what runs (abandon.h). The program that the arena is linked into
// defines it.
[[noreturn]] void OutOfMemory();

// Zeroed bytes aligned to `align`, a power of two of at most a page. Never null.
void* ArenaBytes(size_t size, size_t align);

// Zeroed pages that are never given back. They hold nothing else, so their protection may be
// changed. `size` is a multiple of the page. Another `below` bytes lie right below them, in pages
// that may hold other memory, too.
uint64_t ArenaPages(size_t size, size_t below = 0);

// Memory in mappings of its own.
struct Region {
  uint64_t next = 0;  // free bytes of the newest mapping
  uint64_t limit = 0;
  struct RegionMapping* mappings = nullptr;  // the newest
  uint32_t users = 0;                        // counted by the owner
};

// From BeginTrial to one of the other two, memory is on trial. Trials do not nest. Memory that is
// kept is for good, or becomes `region`, which may lie in it.
void BeginTrial();
void KeepTrial(Region* region = nullptr);
void DropTrial();

// Zeroed pages for tables that are needed only while something is linked. They are one mapping, of
// huge pages if it is large and the kernel gives them, and one at a time. Pages that are not
// touched cost nothing. DropTrial gives them back, too.
uint64_t ScratchPages(size_t size);
void FreeScratch();

// Unmaps all of it. The region may lie in its own memory.
void FreeRegion(const Region& region);

// While this lives, and if `wanted` is true, memory comes from `region`; if that is null, memory is
// never given back. It is for what must outlast a trial, because modules from before the trial will
// point to it.
class LastingMemory {
 public:
  explicit LastingMemory(bool wanted, Region* region = nullptr);
  ~LastingMemory();
  LastingMemory(const LastingMemory&) = delete;
  LastingMemory& operator=(const LastingMemory&) = delete;

 private:
  Region* before_;
};

template <typename T, typename... Args>
T* ArenaNew(Args&&... args) {
  return new (ArenaBytes(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
}

// Zeroed, for types whose zero bytes are a value.
template <typename T>
std::span<T> ArenaArray(size_t count) {
  return {static_cast<T*>(ArenaBytes(count * sizeof(T), alignof(T))), count};
}

// The parts joined, with a terminating zero.
const char* ArenaString(std::string_view a, std::string_view b = {}, std::string_view c = {});

// An array that grows by doubling. Its old memory is left behind in the arena. Elements are moved
// as bytes.
template <typename T>
class List {
 public:
  constexpr List() = default;

  void Add(const T& value) {
    if (size_ == capacity_) Reserve(capacity_ == 0 ? 8 : capacity_ * 2);
    data_[size_++] = value;
  }
  void AddOnce(const T& value) {
    for (const T& known : *this) {
      if (known == value) return;
    }
    Add(value);
  }
  // Room for so many elements in all. It at least doubles, so asking for one more each time is
  // cheap.
  void Reserve(size_t capacity) {
    if (capacity <= capacity_) return;
    if (capacity < capacity_ * 2) capacity = capacity_ * 2;
    T* data = static_cast<T*>(ArenaBytes(capacity * sizeof(T), alignof(T)));
    if (size_ != 0) std::memcpy(static_cast<void*>(data), data_, size_ * sizeof(T));
    data_ = data;
    capacity_ = capacity;
  }

  // In front of the element that is there; at the end for size().
  void Insert(size_t index, const T& value) {
    Add(value);
    for (size_t i = size_ - 1; i > index; --i) data_[i] = data_[i - 1];
    data_[index] = value;
  }
  void Remove(const T& value) {
    size_t kept = 0;
    for (size_t i = 0; i < size_; ++i) {
      if (data_[i] != value) data_[kept++] = data_[i];
    }
    size_ = kept;
  }
  void Truncate(size_t size) { size_ = size; }

  T* begin() const { return data_; }
  T* end() const { return data_ + size_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](size_t i) const { return data_[i]; }
  T& back() const { return data_[size_ - 1]; }

 private:
  T* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace signet

#pragma GCC visibility pop

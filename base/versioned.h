// SPDX-License-Identifier: MIT
//
// A table that readers use without a lock while a writer changes it.
//
// There are two sides. The lowest bit of the version says which side is in force. A writer fills
// the other one, the spare, and then adds 1 to the version: from then on the spare is in force, and
// the old side is the next spare.
//
// Writers exclude each other; their lock is not part of this type. Readers never wait for a writer:
//  - A reader notes the version, looks at the side in force, and reads the version again. If it has
//    changed, what the reader saw is worth nothing, and the reader starts again.
//  - Only a writer that publishes while a reader looks disturbs that reader. A writer at work fills
//    the spare, which new readers do not look at. So a signal handler may read although it has
//    interrupted a writer, and so may the child of a fork: the side in force is whole.
//  - In the child of a fork the spare may be half filled. The next writer fills it again.
//
// A writer that changes little need not fill all of the spare, because the spare still has what was
// in force before. The table knows how many of the first elements both sides have in common, if
// writers say how many of them they have left as they were (Keep, Publish).
//
// This is no data race, because everything that a writer may change under a reader is atomic,
// elements word by word. A writer stores with release order, and before it touches a side it has
// published the other one. A reader loads with acquire order. If it meets a single word of a later
// writer, its second look at the version therefore meets the later version. On x86-64 all these are
// plain loads and stores. (Fences would do as well, but the thread sanitizer does not know them.)
//
// A side's memory must stay mapped for good, because a late reader may still look at it. It may be
// write-protected while it is not being filled.
//
// Input: memory from the owner, and elements. Output: what a reader makes of them. No allocation,
// no system calls.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#pragma GCC visibility push(hidden)

namespace signet {

// The elements of one side. A reader that is late sees any mixture of old and new words.
template <typename T>
class VersionedElements {
  static_assert(std::is_trivially_copyable_v<T> && alignof(T) == alignof(uint64_t) &&
                sizeof(T) % sizeof(uint64_t) == 0);
  using Words = std::array<uint64_t, sizeof(T) / sizeof(uint64_t)>;

 public:
  constexpr VersionedElements() = default;
  constexpr VersionedElements(T* first, size_t size) : first_(first), size_(size) {}

  size_t size() const { return size_; }

  T operator[](size_t index) const {
    const auto* from = std::bit_cast<const uint64_t*>(first_ + index);
    Words words;
    for (uint64_t& word : words) word = Load(*from++);
    return std::bit_cast<T>(words);
  }

  // One member alone, because a search needs only one member of most elements.
  uint64_t Member(size_t index, uint64_t T::*member) const { return Load(first_[index].*member); }

  static void Store(T* place, const T& element) {
    auto* to = std::bit_cast<uint64_t*>(place);
    for (const uint64_t word : std::bit_cast<Words>(element))
      std::atomic_ref(*to++).store(word, std::memory_order_release);
  }

 private:
  // C++20 has no atomic_ref to const.
  static uint64_t Load(const uint64_t& word) {
    return std::atomic_ref(const_cast<uint64_t&>(word)).load(std::memory_order_acquire);
  }

  T* first_ = nullptr;
  size_t size_ = 0;
};

template <typename T>
class Versioned {
 public:
  using Elements = VersionedElements<T>;

  // For readers. Returns what `look` makes of the elements in force. `look` may be called several
  // times, and may be shown nonsense; what it returns then is dropped.
  template <typename Look>
  auto Read(Look look) const {
    for (;;) {
      const uint64_t version = version_.load(std::memory_order_acquire);
      const Elements elements = sides_[version & 1].Load();
      // Memory and size belong together only if nobody has published meanwhile.
      if (version_.load(std::memory_order_acquire) != version) continue;
      const auto result = look(elements);
      if (version_.load(std::memory_order_relaxed) == version) return result;
    }
  }

  // The rest is for the writer that has the owner's lock.

  Elements current() const { return sides_[version() & 1].Load(); }

  // 0 or 1: which side is the spare, for what an owner keeps about each.
  size_t spare() const { return (version() + 1) & 1; }
  T* spare_memory() const { return Spare().first.load(std::memory_order_relaxed); }
  size_t spare_capacity() const { return Spare().capacity.load(std::memory_order_relaxed); }

  // Gives the spare other memory: room for `capacity` elements. Nothing is copied.
  void SetSpareMemory(T* first, size_t capacity) {
    common_.store(0, std::memory_order_release);
    Side& side = sides_[spare()];
    side.capacity.store(0, std::memory_order_release);  // a fork may come in between
    side.first.store(first, std::memory_order_release);
    side.capacity.store(capacity, std::memory_order_release);
  }

  // Before the first Put, if the first `unchanged` elements in force are to stay as they are.
  // Returns how many the spare has of them already. The writer puts all others.
  size_t Keep(size_t unchanged) {
    const size_t common = common_.load(std::memory_order_relaxed);
    const size_t kept = unchanged < common ? unchanged : common;
    common_.store(kept, std::memory_order_release);  // before the others change: a fork may come
    return kept;
  }

  void Put(size_t index, const T& element) { Elements::Store(spare_memory() + index, element); }

  // Puts the spare in force, with as many elements as were kept and put. The first `unchanged` are
  // those that were in force before.
  void Publish(size_t count, size_t unchanged = 0) {
    common_.store(0, std::memory_order_release);  // what it was is true of the other spare only
    sides_[spare()].count.store(count, std::memory_order_release);
    version_.store(version() + 1, std::memory_order_release);
    common_.store(unchanged, std::memory_order_release);
  }

 private:
  struct Side {
    std::atomic<T*> first = nullptr;
    std::atomic<size_t> count = 0;
    std::atomic<size_t> capacity = 0;

    Elements Load() const {
      T* const memory = first.load(std::memory_order_acquire);
      return {memory, count.load(std::memory_order_acquire)};
    }
  };

  uint64_t version() const { return version_.load(std::memory_order_relaxed); }
  const Side& Spare() const { return sides_[spare()]; }

  Side sides_[2];
  std::atomic<uint64_t> version_ = 0;
  std::atomic<size_t> common_ = 0;  // how many of the first elements both sides have in common
};

}  // namespace signet

#pragma GCC visibility pop

// SPDX-License-Identifier: MIT
//
// Where the PT_LOADs of a module end up in memory. Linkers write them in the order of their
// addresses, each on pages of its own. But the kernel and ld.so take others, too: they map one
// PT_LOAD after the other, in the order of the table, in whole pages, over whatever is there. So a
// page belongs to the last PT_LOAD in the table that reaches it, with all that its file has there.
//
// Input: program headers, of which the PT_LOADs are checked. Output: program headers of the same
// effect whose PT_LOADs are in the order of their addresses and share no page. Nothing else has to
// know then that others exist. It maps nothing.
//
// A worked example. The second PT_LOAD is mapped over a part of the first:
//
//   LOAD  offset 0x0000 vaddr 0x0000 filesz 0x2345 memsz 0x2345 R
//   LOAD  offset 0x3100 vaddr 0x1100 filesz 0x0200 memsz 0x0200 R X
//
// becomes
//
//   LOAD  offset 0x0000 vaddr 0x0000 filesz 0x1000 memsz 0x1000 R
//   LOAD  offset 0x3000 vaddr 0x1000 filesz 0x1000 memsz 0x1000 R X
//   LOAD  offset 0x2000 vaddr 0x2000 filesz 0x1000 memsz 0x1000 R
#pragma once

#include <algorithm>
#include <span>

#include "base/page.h"
#include "elf/types.h"

namespace elf {

// The PT_LOADs that take up memory, in the order of the table. For a range-based for loop.
class LoadSegments {
 public:
  explicit constexpr LoadSegments(std::span<const Phdr> phdrs)
      : first_(phdrs.data()), end_(first_ + phdrs.size()) {}

  class Iterator {
   public:
    constexpr Iterator(const Phdr* at, const Phdr* end) : at_(at), end_(end) { SkipOthers(); }
    constexpr const Phdr& operator*() const { return *at_; }
    constexpr Iterator& operator++() {
      ++at_;
      SkipOthers();
      return *this;
    }
    constexpr bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    constexpr void SkipOthers() {
      while (at_ != end_ && (at_->p_type != PT_LOAD || at_->p_memsz == 0)) ++at_;
    }

    const Phdr* at_;
    const Phdr* end_;
  };

  constexpr Iterator begin() const { return {first_, end_}; }
  constexpr Iterator end() const { return {end_, end_}; }

 private:
  const Phdr* first_;
  const Phdr* end_;
};

// The pages of a PT_LOAD.
constexpr uint64_t FirstPage(const Phdr& load) { return signet::PageDown(load.p_vaddr); }
constexpr uint64_t PagesEnd(const Phdr& load) {
  return signet::PageUp(load.p_vaddr + load.p_memsz);
}

namespace internal {

// Pages in a row that belong to one PT_LOAD.
struct Stretch {
  uint64_t from;
  uint64_t to;
  Phdr owner;
};

// The stretches of a table, one after the other. The PT_LOADs are in a list by their first pages,
// with their places in the table as p_paddr. Those that a stretch has reached become a heap at the
// beginning of the list: the last one in the table is on its top, and those that end earlier are
// taken off when they come there. So this takes n log n steps: a table may have 65,535 entries.
class Stretches {
 public:
  Stretches(std::span<const Phdr> phdrs, std::span<Phdr> room) {
    size_t count = 0;
    for (const Phdr& phdr : LoadSegments(phdrs)) {
      room[count] = phdr;
      room[count].p_paddr = count;
      ++count;
    }
    loads_ = room.first(count);
    std::sort(loads_.begin(), loads_.end(),
              [](const Phdr& a, const Phdr& b) { return a.p_vaddr < b.p_vaddr; });
  }

  // False if there are no more.
  bool Next(Stretch& stretch) {
    while (reached_ != 0 && PagesEnd(loads_[0]) <= page_)
      std::pop_heap(loads_.data(), loads_.data() + reached_--, ComesEarlier);
    if (reached_ == 0) {
      if (next_ == loads_.size()) return false;
      page_ = FirstPage(loads_[next_]);
    }
    while (next_ != loads_.size() && FirstPage(loads_[next_]) <= page_) Reach();
    stretch = {page_, PagesEnd(loads_[0]), loads_[0]};
    // What comes earlier in the table begins under this one.
    while (next_ != loads_.size() && FirstPage(loads_[next_]) < stretch.to) {
      if (ComesEarlier(stretch.owner, loads_[next_])) {
        stretch.to = FirstPage(loads_[next_]);
      } else {
        Reach();
      }
    }
    page_ = stretch.to;
    return true;
  }

 private:
  static bool ComesEarlier(const Phdr& a, const Phdr& b) { return a.p_paddr < b.p_paddr; }

  void Reach() {
    loads_[reached_++] = loads_[next_++];
    std::push_heap(loads_.data(), loads_.data() + reached_, ComesEarlier);
  }

  std::span<Phdr> loads_;
  size_t reached_ = 0;  // in the heap
  size_t next_ = 0;     // the first one that no stretch has reached
  uint64_t page_ = 0;   // where the next stretch begins, at the earliest
};

// What the owner of a stretch has there.
inline Phdr WholePages(const Stretch& stretch, uint64_t file_size) {
  Phdr load = stretch.owner;
  load.p_paddr = stretch.from;
  const uint64_t skipped = stretch.from - FirstPage(load);
  const uint64_t size = stretch.to - stretch.from;
  uint64_t bytes = 0;  // of the file, from the owner's first page on
  if (load.p_filesz != 0) {
    const uint64_t before = load.p_vaddr - FirstPage(load);
    load.p_offset -= before;
    bytes = before + load.p_filesz;
    // Only .bss makes zeroes of the rest of the last page.
    if (load.p_filesz == load.p_memsz) {
      const uint64_t left = file_size - load.p_offset;
      bytes = signet::PageUp(bytes) < left ? signet::PageUp(bytes) : left;
    }
  }
  load.p_offset += skipped;
  load.p_vaddr = stretch.from;
  load.p_memsz = size;
  load.p_filesz = bytes <= skipped ? 0 : bytes - skipped < size ? bytes - skipped : size;
  return load;
}

}  // namespace internal

// How many program headers LayOut needs room for. None if the PT_LOADs are in order and apart.
inline size_t LayoutRoom(std::span<const Phdr> phdrs) {
  uint64_t end = 0;
  for (const Phdr& phdr : LoadSegments(phdrs)) {
    // Each can cut one that is before it in two. And there is a list of them.
    if (FirstPage(phdr) < end) return 3 * phdrs.size();
    end = PagesEnd(phdr);
  }
  return 0;
}

// The result is in `room`, or it is `phdrs` themselves if no room is needed. The other program
// headers stay as they are, behind the PT_LOADs.
inline std::span<const Phdr> LayOut(std::span<const Phdr> phdrs, uint64_t file_size,
                                    std::span<Phdr> room) {
  if (room.empty()) return phdrs;
  internal::Stretches stretches(phdrs, room.subspan(2 * phdrs.size()));
  size_t count = 0;
  for (internal::Stretch stretch; stretches.Next(stretch);)
    room[count++] = internal::WholePages(stretch, file_size);
  for (const Phdr& phdr : phdrs) {
    if (phdr.p_type != PT_LOAD) room[count++] = phdr;
  }
  return room.first(count);
}

}  // namespace elf

// SPDX-License-Identifier: MIT
//
// A huge page begins at a multiple of 2 MiB. How many of them fit into RELRO depends on how far the
// first multiple is from its beginning. With the best distances it is one more than with others.
//
// Rule: where a module lies must stay hard to guess. The place below the last mapping is random at
// the start, because the kernel chose it. So of the best distances, which are a range, one is
// chosen at random, and the range has at least 128 pages: the address loses at most two of its 28
// random bits. In return, the distance to the other modules, which is the same in each process
// otherwise, gets seven.
#include "loader/load/choose_place.h"

#include "base/page.h"
#include "base/syscall.h"
#include "loader/load/plan_pieces.h"

namespace signet {
namespace {

constexpr uint64_t kLeastChoice = 128 * kPageSize;

// Random, or 0 if addresses are not to be random, or if the kernel has no random numbers yet.
uint64_t RandomNumber() {
  uint64_t number = 0;
  const bool is_random =
      sys::AddressesAreRandom() && sys::GetRandom(&number, sizeof number) == sizeof number;
  return is_random ? number : 0;
}

// The first piece that is anonymous and has room for a huge page; an empty one if there is none.
Piece FirstLarge(const elf::ProgramHeaders& headers) {
  Piece large;
  (void)ForEachPiece(headers, [&](const Piece& piece) {
    if (!piece.IsLarge()) return true;
    large = piece;
    return false;
  });
  return large;
}

}  // namespace

uint64_t ChoosePlaceBelow(uint64_t limit, const elf::ProgramHeaders& headers) {
  const uint64_t start = limit - (headers.end - headers.start);
  if (headers.relro == nullptr || headers.relro->p_memsz < kHugePageSize) return start;
  const Piece large = FirstLarge(headers);
  const uint64_t choice = (large.to - large.from) % kHugePageSize + kPageSize;
  if (large.to == large.from || choice < kLeastChoice) return start;
  const uint64_t distance = RandomNumber() % (choice / kPageSize) * kPageSize;
  const uint64_t at = start + (large.from - headers.start);
  const uint64_t lower = (at + distance) % kHugePageSize;
  return lower <= start ? start - lower : start;
}

}  // namespace signet

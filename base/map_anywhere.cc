// SPDX-License-Identifier: MIT
#include "base/map_anywhere.h"

namespace signet {
namespace {

struct Lowest {
  uint64_t address = 0;  // 0 before the first mapping
  bool is_ignored = false;
};
constinit Lowest lowest;

}  // namespace

long MapAnywhere(uint64_t size, int protection, int flags, int fd, uint64_t hint) {
  const long result = sys::Map(hint, size, protection, flags, fd);
  const auto start = static_cast<uint64_t>(result);
  const bool is_chosen = hint == 0 && !sys::Failed(result);
  if (is_chosen && (lowest.address == 0 || start < lowest.address)) lowest.address = start;
  return result;
}

uint64_t LowestMapping() { return lowest.is_ignored ? 0 : lowest.address; }

void SetLowestMapping(uint64_t address) { lowest.address = address; }

void StopTrackingLowestMapping() { lowest.is_ignored = true; }

}  // namespace signet

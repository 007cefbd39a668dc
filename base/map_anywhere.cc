// SPDX-License-Identifier: MIT
#include "base/map_anywhere.h"

namespace signet {
namespace {

constinit uint64_t lowest_mapping = 0;

}  // namespace

long MapAnywhere(uint64_t size, int protection, int flags, int fd, uint64_t hint) {
  const long result = sys::Map(hint, size, protection, flags, fd);
  const auto start = static_cast<uint64_t>(result);
  const bool is_chosen = hint == 0 && !sys::Failed(result);
  if (is_chosen && (lowest_mapping == 0 || start < lowest_mapping)) lowest_mapping = start;
  return result;
}

uint64_t LowestMapping() { return lowest_mapping; }

void SetLowestMapping(uint64_t address) { lowest_mapping = address; }

}  // namespace signet

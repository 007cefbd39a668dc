// SPDX-License-Identifier: MIT
#include "base/map_anywhere.h"

namespace signet {
namespace {

constinit uint64_t lowest_mapping = 0;
constinit bool is_tracking = true;

}  // namespace

long MapAnywhere(uint64_t size, int protection, int flags, int fd, uint64_t hint) {
  const long result = sys::Map(hint, size, protection, flags, fd);
  const auto start = static_cast<uint64_t>(result);
  const bool is_chosen = hint == 0 && !sys::Failed(result);
  if (is_chosen && (lowest_mapping == 0 || start < lowest_mapping)) lowest_mapping = start;
  return result;
}

uint64_t LowestMapping() { return is_tracking ? lowest_mapping : 0; }

void SetLowestMapping(uint64_t address) { lowest_mapping = address; }

void StopTrackingLowestMapping() { is_tracking = false; }

}  // namespace signet

// SPDX-License-Identifier: MIT
#include "sealer/policy.h"

#include "base/split.h"

namespace signet {
namespace {

[[nodiscard]] bool ApplyElement(std::string_view element, uint32_t& kinds) {
  if (element == "default") {
    kinds = kDefaultSealKinds;
    return true;
  }
  if (element == "none") {
    kinds = 0;
    return true;
  }
  const bool remove = element.starts_with('-');
  if (remove || element.starts_with('+')) element.remove_prefix(1);
  uint32_t bit = element == "marked" ? SIGNET_MARKED_ONLY : 0;
  for (uint32_t i = 0; i < SIGNET_KIND_COUNT; ++i) {
    const auto kind = static_cast<signet_kind>(i);
    if (element == KindName(kind)) bit = KindBit(kind);
  }
  kinds = remove ? kinds & ~bit : kinds | bit;
  return bit != 0;
}

}  // namespace

bool ParseSealKinds(std::string_view list, uint32_t& kinds, std::string_view& unknown) {
  uint32_t result = kinds;
  ListElements elements(list, ",");
  bool is_valid = false;  // an empty list is not valid
  unknown = {};
  for (std::string_view element; elements.Next(element);) {
    is_valid = ApplyElement(element, result);
    if (!is_valid) {
      unknown = element;
      break;
    }
  }
  if (is_valid) kinds = result;
  return is_valid;
}

}  // namespace signet

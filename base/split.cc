// SPDX-License-Identifier: MIT
#include "base/split.h"

namespace signet {

bool ListElements::Next(std::string_view& element) {
  if (!has_more_) return false;
  const size_t end = rest_.find_first_of(separators_);
  has_more_ = end != std::string_view::npos;
  element = {rest_.data(), has_more_ ? end : rest_.size()};
  if (has_more_) rest_.remove_prefix(end + 1);
  return true;
}

}  // namespace signet

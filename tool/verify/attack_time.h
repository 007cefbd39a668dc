// SPDX-License-Identifier: MIT
//
// When `signet verify` attacks.
#pragma once

#include <chrono>

namespace signet::tool {

inline constexpr std::chrono::seconds kMaxRunTime = std::chrono::hours(24);

struct AttackTime {
  enum class Kind {
    kBeforeTheProgram,  // everything is sealed, and no constructor has run
    kAfterSeconds,      // the program has run for `seconds`
    kAtItsStop,         // it has stopped itself by SIGSTOP
  };
  Kind kind = Kind::kBeforeTheProgram;
  std::chrono::seconds seconds = {};

  bool is_after_a_run() const { return kind != Kind::kBeforeTheProgram; }
};

}  // namespace signet::tool

// SPDX-License-Identifier: MIT
//
// A value, or the one error that stood in its way. Errors are worded where they are found and
// printed once, by the subcommand that meets them.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace signet::tool {

// Exit statuses of the tool.
inline constexpr int kExitFailed = 1;      // what was asked for could not be done
inline constexpr int kExitBreach = 1;      // a seal is broken
inline constexpr int kExitUsage = 2;       // the command line makes no sense
inline constexpr int kExitDifference = 3;  // ledger and kernel disagree
inline constexpr int kExitCannotRun = 126;
inline constexpr int kExitNotFound = 127;

struct Error {
  std::string message;  // lower case, no full stop, without the tool's name
  int exit_status = kExitFailed;
};

// Not thread-safe, as any value. Asking for what is not there throws std::bad_variant_access.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  const Error& error() const { return std::get<1>(state_); }

  T& operator*() { return std::get<0>(state_); }
  const T& operator*() const { return std::get<0>(state_); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }

 private:
  std::variant<T, Error> state_;
};

}  // namespace signet::tool

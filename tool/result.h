// SPDX-License-Identifier: MIT
//
// A value, or the error that says why there is none. An error is written where it is found. It is
// printed once, by main.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace signet::tool {

// Exit statuses of the tool.
inline constexpr int kExitFailed = 1;      // the request could not be done
inline constexpr int kExitBreach = 1;      // a seal is broken
inline constexpr int kExitUsage = 2;       // the command line makes no sense
inline constexpr int kExitDifference = 3;  // ledger and kernel disagree
inline constexpr int kExitCannotRun = 126;
inline constexpr int kExitNotFound = 127;

struct Error {
  // Lower case, no full stop, without the tool's name. Names are in it as they are, since who
  // prints it makes them printable. Empty if a child process has printed its own.
  std::string message;
  int exit_status = kExitFailed;
  // What to do about it: a line of its own, or empty. It holds no name that comes from elsewhere.
  std::string hint = {};
};

// To ask an error for its value, or a value for its error, throws std::bad_variant_access. Not
// thread-safe.
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

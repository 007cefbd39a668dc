// SPDX-License-Identifier: MIT
//
// The ways to start a program that the benchmark compares.
//
// Input: a program and dynamic linkers. Output: a command for each way. Each way has a fresh copy
// of the program for itself, beside the original, so that $ORIGIN means the same. All copies are
// written alike, and differ in their PT_INTERP only: the file that a package manager wrote long ago
// may lie in memory in other pieces than one written now, which alone is worth many percent.
// It does not start anything. From one thread.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "bench/startup/launch.h"
#include "tests/support/interp_copy.h"

namespace signet::bench {

struct Program {
  std::string name;
  std::string path = {};  // empty: `name` in the system's directories
  std::vector<std::string> arguments = {};
  std::vector<std::string> environment = {};  // NAME=VALUE, in addition to the benchmark's
  // Its output has lines `NAME NUMBER`, which are measured like times.
  bool prints_figures = false;
};

// A dynamic linker to be measured.
struct Loader {
  std::string name;  // empty if there is only one
  std::string file;
};

enum class Kind {
  kLazy,         // the system's linker, binding lazily: what all others are compared with
  kControl,      // the same again: how far it is from 1 is the error of the measurement
  kBindNow,      // the system's linker with LD_BIND_NOW=1
  kCommand,      // LOADER PROGRAM
  kInterpreter,  // LOADER is the program's PT_INTERP
  // LOADER --seal=none PROGRAM: what sealing costs. As a command, because an interpreter gets its
  // options from a variable, which itself costs something.
  kUnsealed,
};
inline constexpr Kind kLoaderKinds[] = {Kind::kCommand, Kind::kInterpreter, Kind::kUnsealed};

// "lazy", "control", "LD_BIND_NOW", "command", "PT_INTERP", "--seal=none"
std::string ToString(Kind kind);

struct Way {
  Kind kind;
  std::optional<size_t> loader;  // an index
  std::string name;              // of the kind, with the loader's before it
  Command command;
};

// The copies exist as long as this does. The first way is kLazy, the second kControl.
class Ways {
 public:
  // Throws std::runtime_error if the program does not exist, or has no PT_INTERP.
  Ways(const Program& program, const std::vector<Loader>& loaders);

  const std::vector<Way>& all() const { return all_; }

 private:
  void Add(Kind kind, const Command& command, std::optional<size_t> index, const Loader& loader,
           const std::string& original);

  std::deque<test::InterpCopy> copies_;  // they cannot be moved
  std::vector<Way> all_;
};

}  // namespace signet::bench

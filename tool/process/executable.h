// SPDX-License-Identifier: MIT
//
// What execve(2) makes of a file that it is given: a script becomes its interpreter.
//
// Input: a path and arguments. Output: the file that is to be loaded, and the arguments that it
// gets. Does not look for programs on PATH, and starts nothing.
#pragma once

#include <string>
#include <vector>

#include "tool/result.h"

namespace signet::tool {

struct Executable {
  // No symbolic link, so that $ORIGIN is where the file is. It may be anything but a script; the
  // loader judges it.
  std::string file;
  std::vector<std::string> arguments;  // argv[0] included
  std::string comm;                    // what the process is called
  bool is_script = false;              // the arguments come from the script
};

// `path` is executable. Fails, with exit status 126, where execve would fail or start something
// else: a handler of binfmt_misc. Thread-safe.
Result<Executable> ResolveExecutable(const std::string& path, std::vector<std::string> arguments);

}  // namespace signet::tool

// SPDX-License-Identifier: MIT
//
// How many system calls of a process a dynamic linker makes itself: those whose instruction lies in
// the linker's file. Input: a command, and the linker's file, which the kernel maps when it
// executes the command, as the program itself or as its interpreter. Calls of libc, of libc's
// interpreter and of the program are not counted. Children and other threads are not looked at.
// From one thread.
#pragma once

#include <filesystem>

#include "bench/startup/launch.h"

namespace signet::test {

// Throws std::runtime_error if the process cannot be traced, or the file is not mapped in it.
int CountOwnCalls(const bench::Command& command, const std::filesystem::path& linker);

}  // namespace signet::test

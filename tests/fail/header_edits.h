// SPDX-License-Identifier: MIT
//
// A small editor of program headers: a sound file -> the edits that make it unusual. Some of the
// edited files run, some do not; what is right is not said here.
//
// Edits that make no sense in a file (it has too few segments) are not among the result.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/fail/elf_file.h"

namespace signet::test {

struct HeaderEdit {
  std::string name;  // "load 2: p_align 0x3000"
  std::function<void(ElfFile& file)> apply;
};

std::vector<HeaderEdit> HeaderEdits(ElfFile& sound);

}  // namespace signet::test

// SPDX-License-Identifier: MIT
//
// Spoiled modules: one field of a sound module is made wrong, and the loader must say exactly what
// is wrong: one line, nothing else. The exit status is 126 if the module is the program, 127 if it
// is a library.
//
// The module is spoiled in three roles: the program that is given to the loader, the program that
// has the loader as its PT_INTERP (if the kernel starts it at all), and a library that a sound
// program needs.
//
// Input: cases, each a function that spoils a module. The tests of one subject are in one file:
// spoiled_file_test.cc, spoiled_table_test.cc, spoiled_reference_test.cc.
#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "tests/fail/elf_file.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {

enum Role : unsigned { kCommand = 1, kInterp = 2, kLibrary = 4 };
constexpr unsigned kFile = kCommand | kLibrary;  // the kernel refuses such a program
constexpr unsigned kAll = kFile | kInterp;

struct SpoiledCase {
  const char* name;
  unsigned roles;
  // Spoils the module; returns what the loader must say after "FILE: ".
  std::string (*spoil)(ElfFile& file);
  // ld.so says the same. People search for these words, so they must not change.
  bool as_ld_so = false;

  friend void PrintTo(const SpoiledCase& spoiled, std::ostream* stream) { *stream << spoiled.name; }
};

constexpr uint64_t kOutside = 0x7fff0000;  // in no segment of the module
constexpr uint64_t kAddressLimit = uint64_t{1} << 47;

// Numbers as the loader prints them.
std::string Decimal(uint64_t value);
std::string Hex(uint64_t value);

// Where the module ends, in whole pages.
uint64_t ModuleEnd(ElfFile& file);

// Points a string outside the string table; returns what the loader must say about it.
std::string MoveString(ElfFile& file, const char* name, uint64_t& offset);
std::string MoveString(ElfFile& file, const char* name, uint32_t& offset);

class Spoiled : public testing::TestWithParam<SpoiledCase> {
 public:
  // For INSTANTIATE_TEST_SUITE_P.
  static std::string Name(const testing::TestParamInfo<SpoiledCase>& info) {
    return info.param.name;
  }

 protected:
  // The loader says what the case returns, in every role. The exit status is `status` if the module
  // is the program.
  void ExpectRefusal(int status);

 private:
  void Expect(Role role, Way way, int status);

  TemporaryDirectory directory_;
};

// Modules that cannot be used at all, and modules that look sound until they are linked.
using SpoiledFile = Spoiled;
using SpoiledReference = Spoiled;

}  // namespace signet::test

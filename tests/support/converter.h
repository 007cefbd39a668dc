// SPDX-License-Identifier: MIT
//
// A converter of characters for libc's iconv, in a directory of its own: libc opens it by itself,
// when a program asks for the character set. The environment names the directory.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/temporary_directory.h"

namespace signet::test {

class Converter {
 public:
  // `module` is copied.
  Converter(const std::string& character_set, const std::filesystem::path& module)
      : file_(directory_ / (character_set + ".so")) {
    std::filesystem::copy_file(module, file_);
    std::ofstream(directory_ / "gconv-modules")
        << "module " << character_set << "// INTERNAL " << character_set << " 1\n";
  }

  const std::filesystem::path& file() const { return file_; }
  std::string variable() const { return "GCONV_PATH=" + directory_.path().string(); }

 private:
  const TemporaryDirectory directory_;
  const std::filesystem::path file_;
};

}  // namespace signet::test

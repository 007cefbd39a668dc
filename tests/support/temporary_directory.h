// SPDX-License-Identifier: MIT
//
// A directory that every user may read, removed with this object.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <stdexcept>

namespace signet::test {

// Its path is so short that a PT_INTERP can hold the path of a file in it. Programs that run as
// another user can enter it.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    char name[] = "/tmp/sgXXXXXX";
    if (mkdtemp(name) == nullptr) throw std::runtime_error("cannot make a directory in /tmp");
    path_ = name;
    std::filesystem::permissions(path_, std::filesystem::perms(0755));
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::filesystem::path& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace signet::test

// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

namespace signet::test {

// The path in the PT_INTERP of a program, "" if it has none.
std::string InterpOf(const std::filesystem::path& program);

// A copy of a program, with `loader` as its PT_INTERP. It is removed with this object. The copy is
// beside the original, so that $ORIGIN means the same, or in a temporary directory if it cannot be
// written there.
class InterpCopy {
 public:
  enum class Method {
    kOverwrite,  // a shorter path replaces the one in PT_INTERP: nothing else moves
    kPatchelf,   // patchelf --set-interpreter: what users do; it may add and move segments
  };

  InterpCopy(const std::filesystem::path& program, const std::filesystem::path& loader,
             Method method = Method::kOverwrite);
  ~InterpCopy();
  InterpCopy(const InterpCopy&) = delete;
  InterpCopy& operator=(const InterpCopy&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace signet::test

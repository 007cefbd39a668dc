// SPDX-License-Identifier: MIT
#include "tests/support/interp_copy.h"

#include <elf.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;

// No PT_INTERP in use is shorter.
constexpr size_t kShortPath = sizeof "/lib/ld-musl-x86_64.so.1" - 1;

const TemporaryDirectory& Temporary() {
  static const TemporaryDirectory directory;
  return directory;
}

// A short path that leads to `loader`.
fs::path ShortPath(const fs::path& loader) {
  if (loader.native().size() <= kShortPath) return loader;
  for (int i = 0;; ++i) {
    const fs::path link = Temporary() / std::to_string(i);
    if (!fs::is_symlink(link)) {
      fs::create_symlink(loader, link);
      return link;
    }
    if (fs::read_symlink(link) == loader) return link;
  }
}

std::optional<Elf64_Phdr> FindInterp(std::istream& stream) {
  Elf64_Ehdr header{};
  stream.read(reinterpret_cast<char*>(&header), sizeof header);
  if (std::string_view(reinterpret_cast<char*>(header.e_ident), SELFMAG) != ELFMAG ||
      header.e_ident[EI_CLASS] != ELFCLASS64) {
    return {};
  }
  for (unsigned i = 0; stream && i < header.e_phnum; ++i) {
    Elf64_Phdr phdr{};
    stream.seekg(static_cast<std::streamoff>(header.e_phoff + i * sizeof phdr));
    stream.read(reinterpret_cast<char*>(&phdr), sizeof phdr);
    if (stream && phdr.p_type == PT_INTERP) return phdr;
  }
  return {};
}

// Replaces the path in the PT_INTERP of `file`, in place.
void OverwriteInterp(const fs::path& file, const std::string& interp) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  if (const std::optional<Elf64_Phdr> phdr = FindInterp(stream)) {
    if (interp.size() >= phdr->p_filesz) {
      throw std::runtime_error(file.string() + ": its PT_INTERP is too short to hold " + interp);
    }
    std::string padded = interp;
    padded.resize(phdr->p_filesz, '\0');
    stream.seekp(static_cast<std::streamoff>(phdr->p_offset));
    stream.write(padded.data(), static_cast<std::streamsize>(padded.size()));
    if (stream.flush()) return;
  }
  throw std::runtime_error(file.string() + ": no PT_INTERP to overwrite");
}

void RunPatchelf(const fs::path& file, const std::string& interp) {
  const RunResult result =
      RunProgram({"/usr/bin/env", "patchelf", "--set-interpreter", interp, file});
  if (result.exit_status != 0) {
    throw std::runtime_error("patchelf " + file.string() + ": " + result.err);
  }
}

}  // namespace

std::string InterpOf(const fs::path& program) {
  std::ifstream stream(program, std::ios::binary);
  const std::optional<Elf64_Phdr> phdr = FindInterp(stream);
  if (!phdr) return "";
  std::string interp(phdr->p_filesz, '\0');
  stream.seekg(static_cast<std::streamoff>(phdr->p_offset));
  stream.read(interp.data(), static_cast<std::streamsize>(interp.size()));
  return interp.c_str();
}

InterpCopy::InterpCopy(const fs::path& program, const fs::path& loader, Method method) {
  static int count = 0;
  const std::string name = program.filename().string() + ".interp-" + std::to_string(getpid()) +
                           "-" + std::to_string(count++);
  const fs::path home = fs::absolute(program).parent_path();
  path_ = (access(home.c_str(), W_OK) == 0 ? home : Temporary().path()) / name;
  fs::copy_file(program, path_);
  try {
    // The program's own stays as it is.
    const std::string interp = loader == InterpOf(program) ? loader : ShortPath(loader);
    if (method == Method::kPatchelf) {
      RunPatchelf(path_, interp);
    } else {
      OverwriteInterp(path_, interp);
    }
  } catch (...) {
    fs::remove(path_);
    throw;
  }
}

InterpCopy::~InterpCopy() {
  std::error_code ignored;
  fs::remove(path_, ignored);
}

}  // namespace signet::test

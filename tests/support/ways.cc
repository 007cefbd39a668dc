// SPDX-License-Identifier: MIT
#include "tests/support/ways.h"

#include <elf.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <ostream>
#include <sstream>
#include <stdexcept>

namespace signet::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSystemLoader = "/lib64/ld-linux-x86-64.so.2";

// A directory for this process whose path is shorter than any PT_INTERP; removed at exit.
class ShortDirectory {
 public:
  ShortDirectory() {
    char name[] = "/tmp/sgXXXXXX";
    if (mkdtemp(name) == nullptr) throw std::runtime_error("cannot make a directory in /tmp");
    path_ = name;
    fs::permissions(path_, fs::perms(0755));  // for programs that run as another user
  }
  ~ShortDirectory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ShortDirectory(const ShortDirectory&) = delete;
  ShortDirectory& operator=(const ShortDirectory&) = delete;

  const fs::path& path() const { return path_; }

  // A short path that leads to `loader`.
  fs::path LinkTo(const fs::path& loader) const {
    for (int i = 0;; ++i) {
      const fs::path link = path_ / std::to_string(i);
      if (!fs::is_symlink(link)) {
        fs::create_symlink(loader, link);
        return link;
      }
      if (fs::read_symlink(link) == loader) return link;
    }
  }

 private:
  fs::path path_;
};

const ShortDirectory& Temporary() {
  static const ShortDirectory directory;
  return directory;
}

// Replaces the path in the PT_INTERP of `file`, in place.
void OverwriteInterp(const fs::path& file, const std::string& interp) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  Elf64_Ehdr header{};
  stream.read(reinterpret_cast<char*>(&header), sizeof header);
  for (unsigned i = 0; stream && i < header.e_phnum; ++i) {
    Elf64_Phdr phdr{};
    stream.seekg(static_cast<std::streamoff>(header.e_phoff + i * sizeof phdr));
    stream.read(reinterpret_cast<char*>(&phdr), sizeof phdr);
    if (!stream || phdr.p_type != PT_INTERP) continue;
    if (interp.size() >= phdr.p_filesz) {
      throw std::runtime_error(file.string() + ": its PT_INTERP is too short to hold " + interp);
    }
    std::string padded = interp;
    padded.resize(phdr.p_filesz, '\0');
    stream.seekp(static_cast<std::streamoff>(phdr.p_offset));
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

std::string_view ToString(Way way) {
  switch (way) {
    case Way::kSystem:
      return "system";
    case Way::kSystemCommand:
      return "system_command";
    case Way::kCommand:
      return "command";
    case Way::kInterp:
      return "interp";
  }
  return "?";
}

void PrintTo(Way way, std::ostream* stream) { *stream << ToString(way); }

fs::path Loader() { return SIGNET_TEST_LOADER; }
fs::path Tool() { return SIGNET_TEST_TOOL; }
fs::path SystemLoader() { return kSystemLoader; }
fs::path ModuleDirectory() { return SIGNET_TEST_MODULES; }
fs::path Module(std::string_view name) { return ModuleDirectory() / name; }

std::string MissingReason(std::string_view name) {
  std::ifstream note(Module(name).string() + ".missing");
  std::string reason;
  std::getline(note, reason);
  return reason;
}

std::string MissingProgramReason(std::string_view name) {
  const char* path = std::getenv("PATH");
  std::istringstream directories(path == nullptr ? "" : path);
  for (std::string directory; std::getline(directories, directory, ':');) {
    if (access((fs::path(directory) / name).c_str(), X_OK) == 0) return "";
  }
  return std::string(name) + " is not installed";
}

InterpCopy::InterpCopy(const fs::path& program, Method method, const fs::path& loader) {
  static int count = 0;
  const std::string name = program.filename().string() + ".interp-" + std::to_string(getpid()) +
                           "-" + std::to_string(count++);
  const fs::path home = fs::absolute(program).parent_path();
  path_ = (access(home.c_str(), W_OK) == 0 ? home : Temporary().path()) / name;
  fs::copy_file(program, path_);
  try {
    const std::string interp = Temporary().LinkTo(loader);
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

RunResult Start(Way way, const fs::path& program, const std::vector<std::string>& args,
                const StartOptions& options) {
  const std::vector<std::string> environment =
      WithVariables(BaseEnvironment(), options.environment);
  std::vector<std::string> argv;
  if (IsCommand(way)) {
    argv.push_back(way == Way::kCommand ? Loader() : SystemLoader());
    argv.insert(argv.end(), options.loader_options.begin(), options.loader_options.end());
  }
  argv.push_back(program);
  argv.insert(argv.end(), args.begin(), args.end());
  if (way != Way::kInterp) return RunProgram(argv, environment, options.run);

  const InterpCopy copy(program, options.interp_method);
  RunOptions run = options.run;
  run.executable = copy.path();
  return RunProgram(argv, environment, run);
}

RunResult ExpectSameAsSystem(const fs::path& program, const std::vector<std::string>& args,
                             const StartOptions& options, Errors errors) {
  const RunResult system = Start(Way::kSystem, program, args, options);
  for (const Way way : {Way::kCommand, Way::kInterp}) {
    SCOPED_TRACE(testing::Message() << program << ", way: " << ToString(way));
    const RunResult signet = Start(way, program, args, options);
    EXPECT_EQ(signet.out, system.out) << signet;
    EXPECT_EQ(signet.exit_status, system.exit_status) << signet;
    EXPECT_EQ(signet.signal, system.signal) << signet;
    if (errors == Errors::kCompare) {
      EXPECT_EQ(signet.err, system.err) << signet;
    }
  }
  return system;
}

}  // namespace signet::test

// SPDX-License-Identifier: MIT
//
// Many bad files: a sound module cut off at every size, and with each byte of its headers and
// tables changed. The loader must not crash, and if it refuses a file it must name the file.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/fail/elf_file.h"
#include "tests/support/stopped.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kStep = 37;  // of a sweep whose neighbours hardly differ; coprime to all sizes

enum class Role { kProgram, kLibrary };

// Bad modules, one after the other, in one role.
class Sweep {
 public:
  explicit Sweep(Role role) : role_(role) {
    for (const char* name : {"libbase.so", "user"}) {
      fs::copy_file(Module("fail") / name, directory_ / name);
    }
  }

  fs::path file() const {
    return directory_ / (role_ == Role::kProgram ? "victim" : "libvictim.so");
  }
  fs::path program() const { return role_ == Role::kProgram ? file() : directory_ / "user"; }
  ElfFile Sound() const { return ElfFile(Module("fail") / file().filename()); }

  // Links the module as a command, but does not run it: a program whose tables have changed may do
  // anything. Returns what is wrong with the result, or "".
  std::string Fault(const std::string& bytes, bool may_be_accepted) const {
    std::ofstream(file(), std::ios::binary) << bytes;
    Process process({Loader(), "--stop", program()}, BaseEnvironment());
    if (WaitForStop(process.pid())) return may_be_accepted ? "" : "accepted";
    const RunResult result = process.Finish();
    if (result.exit_status != 126 && result.exit_status != 127) return Text(result);
    if (!result.out.empty()) return Text(result);
    // A module that can be linked only in part may cause an error of another module.
    const std::string start = program().string() + ": ";
    const std::string refusal =
        start + "error while loading shared libraries: " + file().string() + ": ";
    if (!result.err.starts_with(may_be_accepted ? start : refusal)) return Text(result);
    return "";
  }

 private:
  static std::string Text(const RunResult& result) { return testing::PrintToString(result); }

  Role role_;
  TemporaryDirectory directory_;
};

// Shows the first few faults of a sweep.
class Faults {
 public:
  ~Faults() {
    if (count_ > kShown) ADD_FAILURE() << "and " << count_ - kShown << " more";
  }
  void Add(const std::string& where, const std::string& fault) {
    if (!fault.empty() && ++count_ <= kShown) ADD_FAILURE() << where << ": " << fault;
  }

 private:
  static constexpr int kShown = 5;
  int count_ = 0;
};

// The offset of the file's last byte that is mapped.
uint64_t EndOfSegments(ElfFile& file) {
  uint64_t end = 0;
  for (const Elf64_Phdr& phdr : file.phdrs()) {
    if (phdr.p_type == PT_LOAD) end = std::max(end, phdr.p_offset + phdr.p_filesz);
  }
  return end;
}

class SweepTest : public testing::TestWithParam<Role> {};
INSTANTIATE_TEST_SUITE_P(, SweepTest, testing::Values(Role::kProgram, Role::kLibrary),
                         [](const testing::TestParamInfo<Role>& given) {
                           return given.param == Role::kProgram ? "program" : "library";
                         });

TEST_P(SweepTest, Truncated) {
  const Sweep sweep(GetParam());
  ElfFile file = sweep.Sound();
  const uint64_t end = EndOfSegments(file);
  const uint64_t headers = sizeof(Elf64_Ehdr) + file.phdrs().size_bytes();
  Faults faults;
  for (uint64_t size = 0; size < file.bytes().size(); size += size < headers + 8 ? 1 : kStep) {
    faults.Add("cut off at " + std::to_string(size),
               sweep.Fault(file.bytes().substr(0, size), size >= end));
  }
  faults.Add("one byte short", sweep.Fault(file.bytes().substr(0, end - 1), false));
}

TEST_P(SweepTest, Changed) {
  const Sweep sweep(GetParam());
  ElfFile file = sweep.Sound();
  // Everything that is not code: headers, tables, data.
  std::vector<std::pair<uint64_t, uint64_t>> parts;
  for (const Elf64_Phdr& phdr : file.phdrs()) {
    if (phdr.p_type == PT_LOAD && (phdr.p_flags & PF_X) == 0) {
      parts.emplace_back(phdr.p_offset, phdr.p_offset + phdr.p_filesz);
    }
  }
  Faults faults;
  std::string& bytes = file.bytes();
  for (const auto& [from, to] : parts) {
    for (uint64_t at = from; at < to; ++at) {
      const char sound = bytes[at];
      for (const char changed :
           {'\0', '\xff', static_cast<char>(sound ^ 1), static_cast<char>(sound ^ 0x80)}) {
        if (changed == sound) continue;
        bytes[at] = changed;
        faults.Add("byte " + std::to_string(at) + " made " +
                       std::to_string(static_cast<unsigned char>(changed)),
                   sweep.Fault(bytes, true));
      }
      bytes[at] = sound;
    }
  }
}

// The kernel maps a program that is cut off, and the missing pages raise SIGBUS. If the kernel
// already ends the program with an interpreter that does nothing, it is not the loader's fault.
TEST(SweepInterp, Truncated) {
  TemporaryDirectory directory;
  fs::copy_file(Module("fail/libbase.so"), directory / "libbase.so");
  const auto prepare = [](const fs::path& loader) {
    const InterpCopy copy(Module("fail/victim"), loader);
    ElfFile file(copy.path());
    // The kernel clears the memory after p_filesz, and fails if that page is missing.
    for (Elf64_Phdr& phdr : file.phdrs()) {
      if (phdr.p_type == PT_LOAD) phdr.p_memsz = phdr.p_filesz;
    }
    return file;
  };
  ElfFile null_file = prepare(Module("fail/null-interp"));
  ElfFile file = prepare(Loader());
  const auto start = [&directory](const ElfFile& whole, uint64_t size) {
    ElfFile cut = whole;
    cut.bytes().resize(size);
    cut.Write(directory / "victim");
    return RunProgram({directory / "victim"});
  };
  const uint64_t end = EndOfSegments(file);
  Faults faults;
  int started = 0;
  for (uint64_t size = end - 1; size > kStep; size -= kStep) {
    if (start(null_file, size).exit_status != 0) continue;
    ++started;
    const RunResult result = start(file, size);
    const bool sound = result.exit_status == 126 && result.out.empty() &&
                       result.err.find("victim") != std::string::npos;
    faults.Add("cut off at " + std::to_string(size), sound ? "" : testing::PrintToString(result));
  }
  EXPECT_GT(started, 10);
}

}  // namespace
}  // namespace signet::test

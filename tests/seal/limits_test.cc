// SPDX-License-Identifier: MIT
//
// What a seal does not prevent, according to docs/threat-model.md. Each test shows that it happens.
// If one fails, the document has to be corrected.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <string>

#include "tests/seal/inspection.h"
#include "tests/support/capability.h"
#include "tests/support/load_test.h"
#include "tests/support/stopped.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"
#include "tool/kernel_info.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;

class Limits : public testing::Test {
 protected:
  void SetUp() override {
    if (!tool::GetKernelInfo().has_mseal) SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  }
};

// The range of constants of the module at `path`, and its place in the file.
struct Constants {
  uint64_t address;
  uint64_t offset;
};

std::optional<Constants> FindConstants(const ProcessImage& image, const fs::path& path) {
  for (const Mapping& mapping : image.mappings()) {
    if (mapping.path == path && mapping.perms == "r--p" && mapping.inode != 0 && mapping.sealed)
      return Constants{mapping.start, mapping.offset};
  }
  return std::nullopt;
}

// A user who may write to a module's file can change what the process reads, as long as the pages
// are still the file's. The kernel protects only the file that it executes itself.
TEST_F(Limits, TheFileShowsThrough) {
  const TemporaryDirectory directory;
  const fs::path program = directory / "program";
  fs::copy_file(Module("hello-libc"), program);
  Process process({Loader(), "--stop", program}, BaseEnvironment());
  ASSERT_TRUE(WaitForStop(process.pid()));
  const Inspection inspection(process.pid());
  const auto constants = FindConstants(inspection.image(), fs::canonical(program));
  ASSERT_TRUE(constants);
  constexpr uint64_t kPadding = 9;  // EI_PAD of the ELF header, which is never read
  char before = 0;
  ASSERT_TRUE(inspection.image().Read(constants->address + kPadding, &before, 1));
  const char changed = static_cast<char>(before ^ 0x55);
  const int fd = open(program.c_str(), O_WRONLY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  EXPECT_EQ(pwrite(fd, &changed, 1, static_cast<off_t>(constants->offset + kPadding)), 1);
  close(fd);
  char after = 0;
  ASSERT_TRUE(inspection.image().Read(constants->address + kPadding, &after, 1));
  EXPECT_EQ(after, changed);
}

// Seals protect existing mappings. They do not prevent new code at another address.
TEST_F(Limits, NewCodeMayBeMapped) {
  constexpr const char* kPython = "/usr/bin/python3";
  if (!fs::exists(kPython)) SIGNET_SKIP_WITHOUT(kPrograms, kPython << " is not installed");
  const RunResult result =
      Start(Way::kCommand, kPython,
            {"-c", "import mmap; mmap.mmap(-1, 4096, prot=7).write(b'\\xc3'); print('mapped')"});
  EXPECT_EQ(result.out, "mapped\n") << result;
}

// A forged chunk of memory makes free() unmap a page of libz. Takes the answer from smaps.
constexpr const char* kForgedChunk = R"(
import ctypes, mmap, struct, zlib
def constants_of(name):
    for line in open('/proc/self/maps'):
        if name in line and ' r--p ' in line:
            return int(line.split('-')[0], 16)
target = constants_of('/libz.so')
chunk = mmap.mmap(-1, 4096)
address = ctypes.addressof(ctypes.c_char.from_buffer(chunk))
before = (address - target) % 2**64
struct.pack_into('<QQ', chunk, 0, before, (4096 - before) % 2**64 | 2)
ctypes.CDLL(None).free(ctypes.c_void_p(address + 16))
print('there' if constants_of('/libz.so') == target else 'gone')
)";

// The backend guard does not see the calls that libc makes inside itself. For a seal of the kernel
// it does not matter who calls.
TEST_F(Limits, TheGuardDoesNotSeeLibcsOwnCalls) {
  constexpr const char* kPython = "/usr/bin/python3";
  if (!fs::exists(kPython)) SIGNET_SKIP_WITHOUT(kPrograms, kPython << " is not installed");
  const auto run = [&](const char* backend) {
    return Start(Way::kCommand, kPython, {"-c", kForgedChunk}, {.loader_options = {backend}});
  };
  EXPECT_EQ(run("--backend=kernel").out, "there\n");
  EXPECT_EQ(run("--backend=guard").out, "gone\n");
}

}  // namespace
}  // namespace signet::test

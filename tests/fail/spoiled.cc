// SPDX-License-Identifier: MIT
#include "tests/fail/spoiled.h"

#include <cstdio>
#include <filesystem>
#include <optional>

namespace signet::test {

namespace fs = std::filesystem;

std::string Decimal(uint64_t value) { return std::to_string(value); }

std::string Hex(uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%lx", value);
  return text;
}

uint64_t ModuleEnd(ElfFile& file) {
  const Elf64_Phdr& last = file.LoadOf(file.phdr(PT_DYNAMIC).p_vaddr);
  return (last.p_vaddr + last.p_memsz + 0xfff) & ~uint64_t{0xfff};
}

std::string MoveString(ElfFile& file, const char* name, uint64_t& offset) {
  offset = kOutside;
  return std::string(name) + " is " + Hex(kOutside) + ", expected less than DT_STRSZ, which is " +
         Hex(file.tag(DT_STRSZ));
}

std::string MoveString(ElfFile& file, const char* name, uint32_t& offset) {
  uint64_t wide = 0;
  const std::string message = MoveString(file, name, wide);
  offset = static_cast<uint32_t>(wide);
  return message;
}

void Spoiled::Expect(Role role, Way way, int status) {
  SCOPED_TRACE(std::string(role == kLibrary ? "a library, " : "the program, ") +
               std::string(ToString(way)));
  const char* const name = role == kLibrary ? "libvictim.so" : "victim";
  const fs::path program = directory_ / (role == kLibrary ? "user" : "victim");
  std::optional<InterpCopy> copy;
  if (way == Way::kInterp) copy.emplace(Module("fail") / program.filename(), Loader());
  fs::copy_file(Module("fail/libbase.so"), directory_ / "libbase.so",
                fs::copy_options::overwrite_existing);
  fs::copy_file(copy ? copy->path() : Module("fail") / program.filename(), program,
                fs::copy_options::overwrite_existing);

  ElfFile file(role == kLibrary ? Module("fail/libvictim.so") : program);
  const std::string message = GetParam().spoil(file);
  file.Write(directory_ / name);
  StartOptions options;
  if (!IsSignet(way)) options.environment = {"LD_BIND_NOW=1"};

  const RunResult result =
      way == Way::kInterp ? RunProgram({program}) : Start(way, program, {}, options);
  const std::string start = program.string() + ": error while loading shared libraries: ";
  EXPECT_EQ(result.out, "");
  if (IsSignet(way)) {
    EXPECT_EQ(result.err, start + (directory_ / name).string() + ": " + message + "\n");
    EXPECT_EQ(result.exit_status, role == kLibrary ? 127 : status);
  } else {
    // ld.so does not give the file's path everywhere, as we do.
    EXPECT_TRUE(result.err.starts_with(start) && result.err.ends_with(": " + message + "\n"))
        << result;
  }
}

void Spoiled::ExpectRefusal(int status) {
  const unsigned roles = GetParam().roles;
  if (GetParam().as_ld_so) {
    if ((roles & kCommand) != 0) Expect(kCommand, Way::kSystemCommand, 127);
    if ((roles & kLibrary) != 0) Expect(kLibrary, Way::kSystemCommand, 127);
  }
  if ((roles & kCommand) != 0) Expect(kCommand, Way::kCommand, status);
  if ((roles & kInterp) != 0) Expect(kInterp, Way::kInterp, status);
  if ((roles & kLibrary) != 0) {
    Expect(kLibrary, Way::kCommand, 127);
    Expect(kLibrary, Way::kInterp, 127);
  }
}

TEST_P(SpoiledFile, IsRefused) { ExpectRefusal(126); }

TEST_P(SpoiledReference, IsRefused) { ExpectRefusal(127); }

}  // namespace signet::test

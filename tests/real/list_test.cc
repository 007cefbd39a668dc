// SPDX-License-Identifier: MIT
//
// --list names what the system's `ld.so --list` names, for 50 programs of /usr/bin.
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <string>
#include <vector>

#include "tests/fail/elf_file.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;

constexpr size_t kCount = 50;

bool AsksForSystemLoader(const fs::path& path) {
  try {
    ElfFile file(path);
    return file.bytes().starts_with(ELFMAG) && file.header().e_ident[EI_CLASS] == ELFCLASS64 &&
           &file.At<char>(file.phdr(PT_INTERP).p_vaddr) == SystemLoader();
  } catch (const std::runtime_error&) {
    return false;
  }
}

// So many programs, evenly spread over those in /usr/bin.
std::vector<fs::path> Programs() {
  std::vector<fs::path> all;
  for (const fs::directory_entry& entry : fs::directory_iterator("/usr/bin")) {
    const bool is_copy = entry.path().filename().string().find(".interp-") != std::string::npos;
    if (!entry.is_symlink() && entry.is_regular_file() && !is_copy &&
        AsksForSystemLoader(entry.path())) {
      all.push_back(entry.path());
    }
  }
  std::ranges::sort(all);
  std::vector<fs::path> chosen;
  const size_t count = std::min(kCount, all.size());
  for (size_t i = 0; i < count; ++i) chosen.push_back(all[i * all.size() / count]);
  return chosen;
}

std::string List(Way way, const fs::path& program) {
  const RunResult result = Start(way, program, {}, {.loader_options = {"--list"}});
  EXPECT_EQ(result.exit_status, 0) << result;
  return std::regex_replace(result.out, std::regex(" \\(0x[0-9a-f]+\\)"), "");
}

TEST(List, NamesTheSameFiles) {
  const std::vector<fs::path> programs = Programs();
  EXPECT_GE(programs.size(), kCount);
  for (const fs::path& program : programs) {
    SCOPED_TRACE(program);
    EXPECT_EQ(List(Way::kCommand, program), List(Way::kSystemCommand, program));
  }
}

}  // namespace
}  // namespace signet::test

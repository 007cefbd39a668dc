// SPDX-License-Identifier: MIT
#include "tests/soak/tools.h"

#include <fstream>

namespace signet::test {

namespace fs = std::filesystem;

Tools::Tools(Way way, const fs::path& directory)
    : way_(way), directory_(directory), loader_(directory / "ld-signet.so") {
  fs::copy_file(Loader(), loader_);
}

void Tools::Add(const fs::path& program, std::string name) {
  if (name.empty()) name = program.filename();
  const fs::path file = fs::canonical(program);
  if (way_ == Way::kCommand) {
    WriteScript(name, loader_.string() + " --argv0 \"$0\" " + file.string());
  } else if (way_ == Way::kInterp) {
    const InterpCopy copy(file, loader_);
    fs::copy_file(copy.path(), directory_ / name);
  } else {
    fs::copy_file(file, directory_ / name);
  }
}

void Tools::AddInPlace(const fs::path& program) {
  const fs::path file = fs::canonical(program);
  std::string command = file;
  if (way_ == Way::kCommand) command = loader_.string() + " " + command;
  if (way_ == Way::kInterp) {
    copies_.push_back(std::make_unique<InterpCopy>(file, loader_));
    command = copies_.back()->path();
  }
  WriteScript(program.filename(), command);
}

void Tools::WriteScript(const std::string& name, const std::string& command) const {
  std::ofstream(directory_ / name) << "#!/bin/sh\nexec " << command << " \"$@\"\n";
  fs::permissions(directory_ / name, fs::perms(0755));
}

}  // namespace signet::test

// SPDX-License-Identifier: MIT
#include "bench/startup/ways.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "tests/support/process.h"

namespace signet::bench {
namespace {

// Now, not by the kernel while something is being measured.
void WriteToDisk(const std::string& file) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  fsync(descriptor);
  close(descriptor);
}

}  // namespace

std::string ToString(Kind kind) {
  switch (kind) {
    case Kind::kLazy:
      return "lazy";
    case Kind::kControl:
      return "control";
    case Kind::kBindNow:
      return "LD_BIND_NOW";
    case Kind::kCommand:
      return "command";
    case Kind::kInterpreter:
      return "PT_INTERP";
    case Kind::kUnsealed:
      return "--seal=none";
  }
  return "";
}

Ways::Ways(const Program& program, const std::vector<Loader>& loaders) {
  const std::optional<std::string> found =
      program.path.empty() ? FindProgram(program.name) : program.path;
  if (!found) throw std::runtime_error(program.name + " is not installed");
  // $ORIGIN is the directory of the file itself, not that of a link to it.
  const std::string original = std::filesystem::canonical(*found);

  // argv[0] is the same for all, because some programs look for their files relative to it.
  Command command = {.file = {}, .argv = {*found}, .environ = test::BaseEnvironment()};
  command.argv.insert(command.argv.end(), program.arguments.begin(), program.arguments.end());
  command.environ = test::WithVariables(command.environ, program.environment);

  const Loader system = {.name = {}, .file = test::InterpOf(original)};
  for (const Kind kind : {Kind::kLazy, Kind::kControl, Kind::kBindNow}) {
    Add(kind, command, std::nullopt, system, original);
  }
  for (size_t index = 0; index < loaders.size(); ++index) {
    for (const Kind kind : kLoaderKinds) Add(kind, command, index, loaders[index], original);
  }
}

void Ways::Add(Kind kind, const Command& command, std::optional<size_t> index, const Loader& loader,
               const std::string& original) {
  const bool is_interpreter = !index || kind == Kind::kInterpreter;
  const std::string interpreter = is_interpreter ? loader.file : test::InterpOf(original);
  const std::string copy = copies_.emplace_back(original, interpreter).path();
  WriteToDisk(copy);

  Way way = {.kind = kind, .loader = index, .name = ToString(kind), .command = command};
  if (!loader.name.empty()) way.name = loader.name + " " + way.name;
  way.command.file = copy;
  if (kind == Kind::kBindNow) way.command.environ.emplace_back("LD_BIND_NOW=1");
  if (!is_interpreter) {
    std::vector<std::string> argv = {loader.file};
    if (kind == Kind::kUnsealed) argv.emplace_back("--seal=none");
    argv.insert(argv.end(), {"--argv0", command.argv[0], copy});
    argv.insert(argv.end(), command.argv.begin() + 1, command.argv.end());
    way.command.file = loader.file;
    way.command.argv = argv;
  }
  all_.push_back(way);
}

}  // namespace signet::bench

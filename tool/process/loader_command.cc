// SPDX-License-Identifier: MIT
//
// See loader_command.h.
#include "tool/process/loader_command.h"

#include <fmt/format.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include "tool/process/executable.h"
#include "tool/process/find_program.h"

namespace signet::tool {
namespace {

// The file of this program. Without /proc, it is what the caller of execve has named.
std::filesystem::path OwnPath() {
  std::error_code failure;
  auto self = std::filesystem::read_symlink("/proc/self/exe", failure);
  if (!failure) return self;
  const auto* name = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
  return std::filesystem::canonical(name != nullptr ? name : "", failure);
}

// What the loader must be told so that the program gets the arguments and the name that execve
// would give it. Nobody can choose the argv[0] of a script's interpreter.
std::vector<std::string> NameOptions(const Executable& executable, bool has_argv0) {
  std::vector<std::string> options;
  const std::string& argv0 = executable.arguments.front();
  const bool is_chosen = has_argv0 && !executable.is_script;
  if (!is_chosen && (has_argv0 || argv0 != executable.file))
    options.insert(options.end(), {"--argv0", argv0});
  if (executable.comm != std::filesystem::path(executable.file).filename())
    options.insert(options.end(), {"--comm", executable.comm});
  return options;
}

}  // namespace

Result<std::string> FindLoader() {
  if (const char* chosen = secure_getenv("SIGNET_LOADER"); chosen != nullptr && *chosen != '\0') {
    if (access(chosen, X_OK) == 0) return std::string(chosen);
    return Error{fmt::format("SIGNET_LOADER: {}: {}", chosen, strerror(errno)), kExitCannotRun};
  }
  const auto from_here = [self = OwnPath()](const char* place) -> std::string {
    return (self.parent_path() / place).lexically_normal();
  };
  const std::string built = from_here(SIGNET_BUILT_LOADER);
  const std::string installed = from_here(SIGNET_INSTALLED_LOADER);
  for (const std::string& path : {built, installed}) {
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return Error{fmt::format("no loader in {} or {}; SIGNET_LOADER can name one", built, installed),
               kExitCannotRun};
}

Result<std::vector<std::string>> LoaderCommand(const std::vector<std::string>& options,
                                               const std::vector<std::string>& program) {
  const char* search = getenv("PATH");
  const auto path = FindProgram(
      program.front(), search != nullptr ? std::optional<std::string_view>(search) : std::nullopt);
  if (!path.ok()) return path.error();
  const Result<Executable> executable = ResolveExecutable(*path, program);
  if (!executable.ok()) return executable.error();
  const Result<std::string> loader = FindLoader();
  if (!loader.ok()) return loader.error();

  std::vector<std::string> command = {*loader};
  const auto append = [&command](const std::vector<std::string>& arguments, size_t from = 0) {
    command.insert(command.end(), arguments.begin() + static_cast<ptrdiff_t>(from),
                   arguments.end());
  };
  append(options);
  append(NameOptions(*executable,
                     std::find(options.begin(), options.end(), "--argv0") != options.end()));
  append({"--", executable->file});  // it may begin with a dash
  append(executable->arguments, 1);
  return command;
}

Error Execute(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& argument : command) {
    arguments.push_back(
        const_cast<char*>(argument.c_str()));  // execv takes char*, and changes nothing
  }
  arguments.push_back(nullptr);
  execv(arguments.front(), arguments.data());
  return {fmt::format("cannot run the loader {}: {}", command.front(), strerror(errno)),
          kExitCannotRun};
}

}  // namespace signet::tool

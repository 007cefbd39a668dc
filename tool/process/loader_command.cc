// SPDX-License-Identifier: MIT
//
// See loader_command.h.
#include "tool/process/loader_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include "tool/process/find_program.h"

namespace signet::tool {

Result<std::string> FindLoader() {
  if (const char* chosen = secure_getenv("SIGNET_LOADER"); chosen != nullptr && *chosen != '\0') {
    if (access(chosen, X_OK) == 0) return std::string(chosen);
    return Error{fmt::format("SIGNET_LOADER: {}: {}", chosen, strerror(errno)), kExitCannotRun};
  }
  std::error_code failure;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", failure);
  const auto from_here = [&self](const char* place) -> std::string {
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
  const Result<std::string> loader = FindLoader();
  if (!loader.ok()) return loader.error();

  std::vector<std::string> command = {*loader};
  command.insert(command.end(), options.begin(), options.end());
  if (*path != program.front() &&
      std::find(options.begin(), options.end(), "--argv0") == options.end()) {
    command.insert(command.end(), {"--argv0", program.front()});
  }
  command.insert(command.end(), {"--", *path});  // the path may begin with a dash
  command.insert(command.end(), program.begin() + 1, program.end());
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

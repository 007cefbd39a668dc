// SPDX-License-Identifier: MIT
//
// See executable.h.
#include "tool/process/executable.h"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "tool/process/binfmt_misc.h"
#include "tool/process/find_program.h"
#include "tool/process/script.h"

namespace signet::tool {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxScripts = 5;  // that execve follows, each the interpreter of the one before

Error CannotRun(const std::string& path, std::string_view what) {
  return {fmt::format("{}: {}", path, what), kExitCannotRun};
}

// std::nullopt if it cannot be read. A pipe in place of the file must not stop us.
std::optional<FileHead> ReadHead(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return std::nullopt;
  FileHead head = {};
  size_t size = 0;
  ssize_t count = 0;
  while (size < head.size()) {
    count = read(file, head.data() + size, head.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    size += static_cast<size_t>(count);
  }
  close(file);
  return count >= 0 ? std::optional(head) : std::nullopt;
}

bool IsElf(const FileHead& head) {
  return std::string_view(head.data(), head.size()).starts_with(ELFMAG);
}

// Only a link at the end matters: the kernel follows the others wherever $ORIGIN leads. Links in
// /proc may have a text that leads elsewhere.
std::string FollowLink(const std::string& path) {
  std::error_code error;
  if (!fs::is_symlink(path, error)) return path;
  const fs::path target = fs::canonical(path, error);
  return !error && fs::equivalent(path, target, error) ? target.string() : path;
}

// The errno value of execve, or 0. To the kernel, no name means the current directory.
int WhyNotInterpreter(const std::string& path) {
  const int error = WhyNotExecutable(path.empty() ? "." : path);
  return error == EISDIR ? EACCES : error;
}

// The script at `executable.file` gives way to its interpreter.
std::optional<Error> BecomeInterpreter(const FileHead& head, Executable& executable) {
  const std::string script = executable.file;
  std::optional<ScriptLine> line = ParseScriptLine(head);
  if (!line) return CannotRun(script, strerror(ENOEXEC));
  if (const int error = WhyNotInterpreter(line->interpreter); error != 0) {
    return CannotRun(script,
                     fmt::format("interpreter '{}': {}", line->interpreter, strerror(error)));
  }
  std::vector<std::string> arguments = {line->interpreter};
  if (line->argument) arguments.push_back(std::move(*line->argument));
  arguments.push_back(script);
  arguments.insert(arguments.end(), executable.arguments.begin() + 1, executable.arguments.end());
  executable.arguments = std::move(arguments);
  // It is never searched for.
  const bool has_slash = line->interpreter.find('/') != std::string::npos;
  executable.file = (has_slash ? "" : "./") + line->interpreter;
  executable.is_script = true;
  return std::nullopt;
}

}  // namespace

Result<Executable> ResolveExecutable(const std::string& path, std::vector<std::string> arguments) {
  Executable executable{
      .file = path, .arguments = std::move(arguments), .comm = path.substr(path.rfind('/') + 1)};
  for (int scripts = 0;; ++scripts) {
    if (scripts > kMaxScripts) {
      return CannotRun(path,
                       fmt::format("more than {} scripts, each the interpreter of another: {}",
                                   kMaxScripts, strerror(ELOOP)));
    }
    const std::optional<FileHead> head = ReadHead(executable.file);
    if (!head) break;  // the loader says why
    if (const auto handler = FindBinfmtHandler(executable.file, *head)) {
      Error error = CannotRun(executable.file,
                              fmt::format("the kernel runs it by the binfmt_misc handler '{}', {}",
                                          handler->name, handler->interpreter));
      error.hint = "Name the handler's program instead, with the file as its argument.";
      return error;
    }
    if (!IsScript(*head)) {
      if (!IsElf(*head)) return CannotRun(executable.file, strerror(ENOEXEC));
      break;
    }
    if (const auto error = BecomeInterpreter(*head, executable)) return *error;
  }
  executable.file = FollowLink(executable.file);
  return executable;
}

}  // namespace signet::tool

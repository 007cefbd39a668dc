// SPDX-License-Identifier: MIT
//
// See find_program.h.
#include "tool/process/find_program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace signet::tool {
namespace {

constexpr std::string_view kDefaultPath = "/bin:/usr/bin";  // that of execvp(3)

Error CannotRun(const std::string& path, int error) {
  const bool missing = error == ENOENT || error == ENOTDIR;
  return {fmt::format("{}: {}", path, strerror(error)), missing ? kExitNotFound : kExitCannotRun};
}

}  // namespace

int WhyNotExecutable(const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) return errno;
  if (S_ISDIR(status.st_mode)) return EISDIR;
  if (!S_ISREG(status.st_mode)) return EACCES;
  if (faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0) return 0;
  // That was faccessat2, for which libc has a substitute on kernels without it (ENOSYS). Filters
  // that do not know it may answer EPERM, which the kernel never does here. The real ids have to do
  // then, as in the loader.
  if (errno != EPERM) return errno;
  return access(path.c_str(), X_OK) == 0 ? 0 : errno;
}

Result<std::string> FindProgram(const std::string& name, std::optional<std::string_view> path) {
  if (name.empty()) return CannotRun("''", ENOENT);
  if (name.find('/') != std::string::npos) {
    const int error = WhyNotExecutable(name);
    if (error != 0) return CannotRun(name, error);
    return name;
  }

  std::string forbidden;
  std::string_view rest = path.value_or(kDefaultPath);
  for (bool more = true; more;) {
    const size_t length = std::min(rest.find(':'), rest.size());
    std::string_view directory = rest.substr(0, length);
    more = length < rest.size();
    rest.remove_prefix(length + (more ? 1 : 0));
    if (directory.empty()) directory = ".";

    const std::string candidate = fmt::format("{}/{}", directory, name);
    const int error = WhyNotExecutable(candidate);
    if (error == 0) return candidate;
    // A directory of that name is skipped. A file that may not be executed is remembered.
    if (error == EACCES && forbidden.empty()) forbidden = candidate;
  }
  if (!forbidden.empty()) return CannotRun(forbidden, EACCES);
  return Error{fmt::format("{}: command not found", name), kExitNotFound};
}

}  // namespace signet::tool

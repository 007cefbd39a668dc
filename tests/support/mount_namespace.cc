// SPDX-License-Identifier: MIT
#include "tests/support/mount_namespace.h"

#include <unistd.h>

#include "tests/support/process.h"

namespace signet::test {

std::vector<std::string> InMountNamespace(const std::string& script) {
  std::vector<std::string> command = {"/usr/bin/unshare", "--mount"};
  if (geteuid() != 0) command.push_back("--map-root-user");
  command.insert(command.end(), {"/bin/sh", "-c", script, "sh"});
  return command;
}

bool CanMakeMountNamespace() { return RunProgram(InMountNamespace("true")).exit_status == 0; }

}  // namespace signet::test

// SPDX-License-Identifier: MIT
//
// Programs in a mount namespace of their own.
#pragma once

#include <string>
#include <vector>

namespace signet::test {

// A command that runs `script` with /bin/sh in a new mount namespace, as root of it. The script
// ends in `exec "$@"` to go on with what follows the command.
std::vector<std::string> InMountNamespace(const std::string& script);

// False where this machine does not let us make one.
bool CanMakeMountNamespace();

}  // namespace signet::test

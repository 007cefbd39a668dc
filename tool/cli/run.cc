// SPDX-License-Identifier: MIT
//
// See run.h.
#include "tool/cli/run.h"

#include "tool/process/loader_command.h"

namespace signet::tool {

Error Run(const RunRequest& request) {
  const auto command = LoaderCommand(request.loader_options, request.program);
  return command.ok() ? Execute(*command) : command.error();
}

}  // namespace signet::tool

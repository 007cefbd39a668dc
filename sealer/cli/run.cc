// SPDX-License-Identifier: MIT
//
// See run.h.
#include "sealer/cli/run.h"

#include "sealer/cli/loader_command.h"

namespace signet::cli {

Error Run(const RunRequest& request) {
  const auto command = LoaderCommand(request.loader_options, request.program);
  return command.ok() ? Execute(*command) : command.error();
}

}  // namespace signet::cli

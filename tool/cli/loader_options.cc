// SPDX-License-Identifier: MIT
//
// See loader_options.h.
#include "tool/cli/loader_options.h"

namespace signet::tool {

void LoaderOptions::AddTo(CLI::App& command, bool with_list) {
  for (const OptionRow& row : kOptions) {
    if (row.option != Option::kList && !row.tool_help.empty()) Add(command, row);
  }
  // Last: it is no way to run a program.
  if (with_list) Add(command, kOptions[static_cast<size_t>(Option::kList)]);
}

void LoaderOptions::Add(CLI::App& command, const OptionRow& row) {
  Accepted& accepted = accepted_.emplace_back(Accepted{.name = std::string(row.Name())});
  const std::string help(row.tool_help);
  CLI::Option* option = row.TakesValue()
                            ? command.add_option(accepted.name, accepted.values, help)
                                  ->type_name(std::string(row.tool_value))
                                  ->expected(1)
                                  ->allow_extra_args(false)
                                  ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
                            : command.add_flag(accepted.name, accepted.is_set, help);
  option->group("Loader options");
}

std::vector<std::string> LoaderOptions::Arguments() const {
  std::vector<std::string> arguments;
  for (const Accepted& accepted : accepted_) {
    if (accepted.is_set) arguments.push_back(accepted.name);
    for (const std::string& value : accepted.values)
      arguments.insert(arguments.end(), {accepted.name, value});
  }
  return arguments;
}

}  // namespace signet::tool

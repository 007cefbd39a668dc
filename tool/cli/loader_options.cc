// SPDX-License-Identifier: MIT
//
// See loader_options.h.
#include "tool/cli/loader_options.h"

#include <string_view>

namespace signet::tool {
namespace {

struct LoaderOption {
  const char* name;
  const char* value;  // what the help calls it, or nullptr where there is none
  const char* help;
};

constexpr std::string_view kList = "--list";

constexpr LoaderOption kOptions[] = {
    {"--library-path", "PATH", "Search libraries in PATH instead of LD_LIBRARY_PATH"},
    {"--preload", "LIBS", "Load LIBS before all other libraries"},
    {"--argv0", "NAME", "Give the program NAME as its argv[0]"},
    {"--inhibit-cache", nullptr, "Do not use /etc/ld.so.cache"},
    {"--seal", "KINDS", "Seal KINDS: default, none, +KIND, -KIND, …; separated by commas"},
    {"--require", "WHAT", "Refuse to run with less than WHAT: kernel, enforced"},
    {"--fallback", "BACKEND", "Instead of mseal where there is none: guard, seccomp, none"},
    {"--also", "BACKEND", "In addition to mseal: seccomp"},
    {"--backend", "BACKEND", "Use this one, whatever there is: kernel, guard, seccomp, none"},
    {"--dlopen-seal", "WHICH", "Seal what comes by dlopen: always, nodelete, never"},
    {"--tls-surplus", "BYTES", "Static thread-local storage for libraries that come later"},
    {"--stats", nullptr, "Print what linking took to the standard error"},
    {"--trace", "TOPICS", "Print what is done: files, bindings, seal, libs"},
    {"--list", nullptr, "List the program's libraries and run nothing"},
};

}  // namespace

void LoaderOptions::AddTo(CLI::App& command, bool with_list) {
  static_assert(std::size(kOptions) == kCount);
  for (size_t i = 0; i < kCount; ++i) {
    const LoaderOption& option = kOptions[i];
    if (option.name == kList && !with_list) continue;
    CLI::Option* added = option.value != nullptr
                             ? command.add_option(option.name, values_[i], option.help)
                                   ->type_name(option.value)
                                   ->expected(1)
                                   ->allow_extra_args(false)
                                   ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
                             : command.add_flag(option.name, flags_[i], option.help);
    added->group("Loader options");
  }
}

std::vector<std::string> LoaderOptions::Arguments() const {
  std::vector<std::string> arguments;
  for (size_t i = 0; i < kCount; ++i) {
    if (flags_[i]) arguments.emplace_back(kOptions[i].name);
    for (const std::string& value : values_[i]) {
      arguments.insert(arguments.end(), {kOptions[i].name, value});
    }
  }
  return arguments;
}

}  // namespace signet::tool

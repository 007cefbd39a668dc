// SPDX-License-Identifier: MIT
//
// See command_line.h.
//
// A command line ends in another one, PROGRAM ARGS…, and nothing in that is an option of ours. It
// is cut off before CLI11 sees the rest. CLI11's prefix_command() does not serve: it takes a
// program that is called "dump" for the subcommand, and "--seal=" for an option whose value
// follows, so that the program's name would become the value.
#include "tool/cli/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <string_view>

#include "tool/cli/loader_options.h"

namespace signet::tool {
namespace {

using Arguments = std::vector<std::string>;

constexpr const char* kUsage = "signet [--help] [--version] SUBCOMMAND ...";
constexpr const char* kRunUsage = "signet run [OPTIONS] [--] PROGRAM [ARGS...]";
constexpr const char* kDumpUsage =
    "signet dump [--json] PID\n       signet dump [OPTIONS] -- PROGRAM [ARGS...]";
constexpr const char* kVerifyUsage =
    "signet verify [--json] [--after=SECONDS] [OPTIONS] [--] PROGRAM [ARGS...]";
constexpr const char* kDoctorUsage = "signet doctor [--json]";

// CLI11's help with a usage line that shows `--`.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App* app, std::string /*name*/) const override {
    const std::string& name = app->get_name();
    const char* usage = kUsage;
    if (name == "run") usage = kRunUsage;
    if (name == "dump") usage = kDumpUsage;
    if (name == "verify") usage = kVerifyUsage;
    if (name == "doctor") usage = kDoctorUsage;
    return fmt::format("\nUsage: {}\n", usage);
  }
};

// The parser and what it fills in.
struct Parser {
  Parser();

  // The subcommand `name`, or nullptr.
  CLI::App* FindCommand(std::string_view name) const {
    for (CLI::App* command : {run, dump, verify, doctor}) {
      if (name == command->get_name()) return command;
    }
    return nullptr;
  }

  CLI::App app{"Runs programs with their code and constants sealed, and shows what is sealed.",
               "signet"};
  CLI::App* run;
  CLI::App* dump;
  CLI::App* verify;
  CLI::App* doctor;
  LoaderOptions run_options;
  LoaderOptions dump_options;
  LoaderOptions verify_options;
  bool json = false;
  std::string pid;
  std::string after;
};

Parser::Parser() {
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_help_flag("-h,--help", "Print this help and exit");
  app.set_version_flag("--version", "signet " SIGNET_VERSION, "Print the version and exit");
  run = app.add_subcommand("run", "Run PROGRAM, found on PATH, linked and sealed by Signet");
  run_options.AddTo(*run, /*with_list=*/true);
  run->footer(
      "Exit status: that of PROGRAM; 127 where it is not found or not linked, 126 where it is\n"
      "found but cannot be run, 2 where the command line makes no sense.");

  dump =
      app.add_subcommand("dump", "Show what is sealed in a process, or in PROGRAM before it runs");
  dump->add_option("PID", pid, "The process to show")->type_name("");
  dump->add_flag("--json", json, "Print one JSON object");
  dump_options.AddTo(*dump, /*with_list=*/false);
  dump->footer(
      "PROGRAM is started, linked, shown, and ended before its first instruction.\n\n"
      "Exit status: 0; 3 where the ledger and the kernel disagree on what is sealed; 2 where the\n"
      "command line makes no sense; that of PROGRAM where it ended before it was linked; else 1.");

  verify = app.add_subcommand("verify", "Attack the seals of PROGRAM before it runs, or later");
  verify->add_flag("--json", json, "Print one JSON object");
  verify
      ->add_option("--after", after,
                   "Let PROGRAM run for SECONDS first; or, with 'stop', until it stops itself")
      ->type_name("SECONDS");
  verify_options.AddTo(*verify, /*with_list=*/false);
  verify->footer(
      "PROGRAM is started, linked and sealed, and ended before its first instruction, or after it "
      "has\n"
      "run as long as --after says. Its seals are attacked in processes forked from it.\n\n"
      "Exit status: 0 where every seal holds; 1 where one is broken, or nothing could be tried; 2\n"
      "where the command line makes no sense; that of PROGRAM where it ended before it was "
      "linked.");

  doctor = app.add_subcommand("doctor", "Show what this kernel and machine offer to seal with");
  doctor->add_flag("--json", json, "Print one JSON object");
}

struct SplitArguments {
  Arguments options;
  std::optional<Arguments> program;  // what is behind the options, or behind "--"
};

// If `dashes_only`, only "--" begins the program.
SplitArguments SplitAtProgram(const CLI::App& command, const Arguments& arguments,
                              bool dashes_only) {
  SplitArguments split;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const bool dashes = argument == "--";
    if (dashes || (!dashes_only && !argument.starts_with('-'))) {
      const auto begin = arguments.begin() + static_cast<ptrdiff_t>(i) + (dashes ? 1 : 0);
      split.program = Arguments(begin, arguments.end());
      break;
    }
    // "--name=value" becomes two arguments, because CLI11 takes "--name=" for an option without its
    // value.
    const size_t equals = argument.find('=');
    const CLI::Option* option = argument.starts_with("--")
                                    ? command.get_option_no_throw(argument.substr(0, equals))
                                    : nullptr;
    const bool takes_value = option != nullptr && option->get_expected_min() > 0;
    if (takes_value && equals != std::string::npos) {
      split.options.insert(split.options.end(),
                           {argument.substr(0, equals), argument.substr(equals + 1)});
      continue;
    }
    split.options.push_back(argument);
    if (takes_value && i + 1 < arguments.size()) split.options.push_back(arguments[++i]);
  }
  return split;
}

Error UsageError(std::string_view command, std::string_view message) {
  return {std::string(message), kExitUsage, fmt::format("Try '{} --help'.", command)};
}

Result<Request> MakeRun(const Parser& parser, SplitArguments split) {
  if (!split.program || split.program->empty()) return UsageError("signet run", "no program given");
  return Request(RunRequest{.loader_options = parser.run_options.Arguments(),
                            .program = std::move(*split.program)});
}

Result<Request> MakeDump(const Parser& parser, const SplitArguments& split) {
  const auto fail = [](std::string_view message) { return UsageError("signet dump", message); };
  DumpRequest request{.json = parser.json,
                      .pid = std::nullopt,
                      .loader_options = parser.dump_options.Arguments(),
                      .program = split.program.value_or(Arguments())};
  if (parser.pid.empty()) {
    if (request.program.empty()) return fail("no process and no program given");
    return Request(std::move(request));
  }
  if (split.program) return fail("both a process and a program given");
  if (!request.loader_options.empty()) {
    return fail(
        fmt::format("{} goes with a program, not with a process", request.loader_options.front()));
  }
  pid_t pid = 0;
  const char* end = parser.pid.data() + parser.pid.size();
  const auto [rest, failure] = std::from_chars(parser.pid.data(), end, pid);
  if (failure != std::errc() || rest != end || pid <= 0) {
    return fail(fmt::format("{0}: not a process id; a program is started by: signet dump -- {0}",
                            parser.pid));
  }
  request.pid = pid;
  return Request(std::move(request));
}

// What --after says; std::nullopt if it makes no sense.
std::optional<AttackTime> ParseAttackTime(const Parser& parser) {
  const std::string& text = parser.after;
  if (parser.verify->count("--after") == 0) return AttackTime();
  if (text == "stop") return AttackTime{.kind = AttackTime::Kind::kAtItsStop, .seconds = {}};
  unsigned seconds = 0;
  const char* end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, seconds);
  if (failure != std::errc() || rest != end || seconds > kMaxRunTime.count()) return std::nullopt;
  return AttackTime{.kind = AttackTime::Kind::kAfterSeconds,
                    .seconds = std::chrono::seconds(seconds)};
}

Result<Request> MakeVerify(const Parser& parser, SplitArguments split) {
  if (!split.program || split.program->empty())
    return UsageError("signet verify", "no program given");
  const auto time = ParseAttackTime(parser);
  if (!time) {
    return UsageError("signet verify",
                      fmt::format("--after {}: neither a number of seconds up to {} nor 'stop'",
                                  parser.after, kMaxRunTime.count()));
  }
  return Request(VerifyRequest{.json = parser.json,
                               .time = *time,
                               .loader_options = parser.verify_options.Arguments(),
                               .program = std::move(*split.program)});
}

Result<Request> MakeDoctor(const Parser& parser, const SplitArguments& split) {
  if (split.program) return UsageError("signet doctor", "it takes no program");
  return Request(DoctorRequest{.json = parser.json});
}

}  // namespace

Result<Request> ParseCommandLine(const Arguments& arguments) {
  Parser parser;
  Arguments options = arguments;
  SplitArguments split;
  CLI::App* command = arguments.empty() ? nullptr : parser.FindCommand(arguments.front());
  if (command != nullptr) {
    split = SplitAtProgram(*command, Arguments(arguments.begin() + 1, arguments.end()),
                           /*dashes_only=*/command != parser.run && command != parser.verify);
    options = split.options;
    options.insert(options.begin(), arguments.front());
  }

  const std::string name = command != nullptr ? "signet " + command->get_name() : "signet";
  try {
    parser.app.parse(Arguments(options.rbegin(), options.rend()));  // CLI11 wants them reversed
  } catch (const CLI::CallForHelp&) {
    return Request(TextRequest{parser.app.help()});
  } catch (const CLI::CallForVersion& version) {
    return Request(TextRequest{std::string(version.what()) + "\n"});
  } catch (const CLI::ExtrasError&) {
    return UsageError(name, "unexpected argument: " + parser.app.remaining(true).front());
  } catch (const CLI::ParseError& error) {
    return UsageError(name, error.what());
  }
  if (command == nullptr) return UsageError(name, "no subcommand given");
  if (command == parser.run) return MakeRun(parser, std::move(split));
  if (command == parser.dump) return MakeDump(parser, split);
  if (command == parser.verify) return MakeVerify(parser, std::move(split));
  return MakeDoctor(parser, split);
}

}  // namespace signet::tool

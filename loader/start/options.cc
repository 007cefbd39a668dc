// SPDX-License-Identifier: MIT
//
// The help and the names of the options are computed from the table in protocol/options.h by the
// compiler.
#include "loader/start/options.h"

#include <array>
#include <optional>
#include <string_view>

#include "base/number.h"
#include "base/split.h"
#include "base/syscall.h"
#include "elf/phdr.h"
#include "loader/diagnostics.h"
#include "protocol/ledger_names.h"
#include "protocol/options.h"
#include "sealer/policy.h"

namespace signet {
namespace {

constexpr std::string_view kHelpHead =
    R"(Usage: ld-signet.so [OPTION]... PROGRAM [ARGUMENT]...
Link PROGRAM, seal its code, constants and relocated data, and run it.

)";
constexpr std::string_view kHelpTail = R"(
An option's value is given as --option VALUE or --option=VALUE. The environment's
SIGNET_SEAL is read as a --seal in front of all options.)";

constexpr size_t kHelpColumn = 23;  // where the text begins that says what an option does

// Counts characters if `text` is null.
struct HelpWriter {
  char* text;
  size_t size = 0;

  constexpr void Write(char character) {
    if (text != nullptr) text[size] = character;
    ++size;
  }
  constexpr void Write(std::string_view words) {
    for (const char character : words) Write(character);
  }
  constexpr void Indent(size_t from) {
    for (size_t column = from; column < kHelpColumn; ++column) Write(' ');
  }
};

constexpr size_t WriteHelp(HelpWriter writer) {
  writer.Write(kHelpHead);
  for (const OptionRow& row : kOptions) {
    writer.Write("  ");
    writer.Write(row.usage);
    writer.Indent(2 + row.usage.size());
    for (const char character : row.help) {
      writer.Write(character);
      if (character == '\n') writer.Indent(0);
    }
    writer.Write('\n');
  }
  writer.Write(kHelpTail);
  return writer.size;
}

constexpr auto kHelp = [] {
  std::array<char, WriteHelp({nullptr})> help = {};
  WriteHelp({help.data()});
  return help;
}();

// It holds no pointers, because nothing would relocate them.
struct OptionName {
  char text[17];  // with a NUL behind it
  bool takes_value;
};

constexpr auto kNames = [] {
  std::array<OptionName, kOptionCount> names = {};
  for (size_t i = 0; i < kOptionCount; ++i) {
    const std::string_view name = kOptions[i].Name();
    for (size_t k = 0; k < name.size(); ++k) names[i].text[k] = name[k];
    names[i].takes_value = kOptions[i].TakesValue();
  }
  return names;
}();

std::optional<Option> FindOption(std::string_view name) {
  for (size_t i = 0; i < kOptionCount; ++i) {
    if (name == kNames[i].text) return static_cast<Option>(i);
  }
  return std::nullopt;
}

[[noreturn]] void Usage(std::string_view sentence, std::string_view detail) {
  {
    Line() << "ld-signet: " << sentence << detail << '\n'
           << "Try 'ld-signet.so --help' for more information.";
  }
  sys::Exit(kExitNotFound);
}

[[noreturn]] void Print(std::string_view text) {
  { Line(1, Line::Reader::kProgram) << text; }
  sys::Exit(0);
}

unsigned ParseTopics(std::string_view list) {
  unsigned topics = 0;
  ListElements elements(list, ",");
  for (std::string_view topic; elements.Next(topic);) {
    if (topic == "files") {
      topics |= kTraceFiles;
    } else if (topic == "bindings") {
      topics |= kTraceBindings;
    } else if (topic == "seal") {
      topics |= kTraceSeal;
    } else if (topic == "libs") {
      topics |= kTraceLibs;
    } else if (!topic.empty()) {
      Usage("unknown topic in --trace: ", topic);
    }
  }
  return topics;
}

uint32_t ParseKinds(std::string_view list, uint32_t kinds) {
  std::string_view unknown;
  if (!ParseSealKinds(list, kinds, unknown)) Usage("unknown kind in --seal: ", unknown);
  return kinds;
}

DlopenSeal ParseDlopenSeal(std::string_view text) {
  if (text == "always") return DlopenSeal::kAlways;
  if (text == "nodelete") return DlopenSeal::kNodelete;
  if (text != "never") Usage("unknown value of --dlopen-seal: ", text);
  return DlopenSeal::kNever;
}

Requirement ParseRequirement(std::string_view what) {
  if (what == "kernel") return Requirement::kKernel;
  if (what != "enforced") Usage("unknown value of --require: ", what);
  return Requirement::kEnforced;
}

// The name of the backend `guard` before version 0.2.
constexpr std::string_view kOldGuardName = "ledger";

signet_backend ParseBackend(std::string_view error, std::string_view name) {
  if (name == kOldGuardName) return SIGNET_BACKEND_GUARD;
  for (unsigned i = 0; i < SIGNET_BACKEND_COUNT; ++i) {
    const auto backend = static_cast<signet_backend>(i);
    if (name == BackendName(backend)) return backend;
  }
  Usage(error, name);
}

signet_backend ParseFallback(std::string_view name) {
  constexpr std::string_view kError = "unknown value of --fallback: ";
  const signet_backend fallback = ParseBackend(kError, name);
  if (fallback == SIGNET_BACKEND_KERNEL) Usage(kError, name);
  return fallback;
}

// There is only one choice.
bool ParseAlso(std::string_view name) {
  if (name != BackendName(SIGNET_BACKEND_SECCOMP)) Usage("unknown value of --also: ", name);
  return true;
}

// The value of --tls-surplus.
uint64_t ParseSize(std::string_view text) {
  uint64_t size = 0;
  if (!ParseNumber(text, size)) Usage("not a number of bytes in --tls-surplus: ", text);
  if (size > elf::kMaxTlsSize) Usage("more than 1073741824 bytes in --tls-surplus: ", text);
  return size;
}

void ApplyFlag(Option option, Options& options) {
  switch (option) {
    case Option::kList:
      options.list = true;
      break;
    case Option::kInhibitCache:
      options.inhibit_cache = true;
      break;
    case Option::kStats:
      options.stats = true;
      break;
    case Option::kStop:
      options.stop = true;
      break;
    case Option::kVerify:
      options.verify = true;
      break;
    case Option::kVerifyLater:
      options.verify = true;
      options.verify_later = true;
      break;
    case Option::kHelp:
      Print({kHelp.data(), kHelp.size()});
    case Option::kVersion:
      Print("ld-signet.so " SIGNET_VERSION);
    default:
      break;
  }
}

void ApplyValue(Option option, const char* value, Options& options) {
  switch (option) {
    case Option::kLibraryPath:
      options.library_path = value;
      break;
    case Option::kPreload:
      options.preload = value;
      break;
    case Option::kArgv0:
      options.argv0 = value;
      break;
    case Option::kComm:
      options.comm = value;
      break;
    case Option::kSeal:
      options.seal_kinds = ParseKinds(value, options.seal_kinds);
      break;
    case Option::kRequire:
      options.require = ParseRequirement(value);
      break;
    case Option::kFallback:
      options.fallback = ParseFallback(value);
      break;
    case Option::kAlso:
      options.also_seccomp = ParseAlso(value);
      break;
    case Option::kBackend:
      options.backend = ParseBackend("unknown value of --backend: ", value);
      break;
    case Option::kDlopenSeal:
      options.dlopen_seal = ParseDlopenSeal(value);
      break;
    case Option::kTlsSurplus:
      options.tls_surplus = ParseSize(value);
      break;
    case Option::kTrace:
      options.trace_topics = ParseTopics(value);
      break;
    default:
      break;
  }
}

// Reads the arguments in front of PROGRAM; returns the index of PROGRAM.
uint64_t ReadArguments(const Startup& startup, Options& options) {
  const uint64_t count = startup.argc();
  uint64_t next = 1;
  while (next < count && startup.argv[next][0] == '-') {
    const std::string_view argument = startup.argv[next++];
    if (argument == "--") break;
    const size_t equals = argument.find('=');
    const bool has_value = equals < argument.size();
    const std::string_view name(argument.data(), has_value ? equals : argument.size());
    const std::optional<Option> option = FindOption(name);
    const bool takes_value = option && kNames[static_cast<size_t>(*option)].takes_value;
    if (!option || (has_value && !takes_value)) Usage("unrecognized option: ", argument);
    if (!takes_value) {
      ApplyFlag(*option, options);
      continue;
    }
    if (!has_value && next == count) Usage("option needs a value: ", name);
    ApplyValue(*option, has_value ? argument.data() + equals + 1 : startup.argv[next++], options);
  }
  return next;
}

// SIGNET_SEAL. It reaches every program that a user starts, so an error in it ends none of them.
// The default stays in force, which seals more than most lists do.
void ReadSealVariable(const Startup& startup, Options& options) {
  const char* kinds = startup.Environment("SIGNET_SEAL");
  std::string_view unknown;
  if (kinds == nullptr || ParseSealKinds(kinds, options.seal_kinds, unknown)) return;
  Line() << "ld-signet: unknown kind in SIGNET_SEAL: " << unknown << ": ignored";
}

}  // namespace

Options ReadOptions(Startup& startup) {
  Options options;
  options.seal_kinds = kDefaultSealKinds;
  ReadSealVariable(startup, options);
  if (startup.as_command) {
    const uint64_t program = ReadArguments(startup, options);
    if (program >= startup.argc()) Usage("no program given", "");
    DropArguments(startup, program);
    options.program = startup.argv[0];
    if (options.argv0 != nullptr) startup.argv[0] = const_cast<char*>(options.argv0);
  } else if (startup.argc() != 0) {
    options.program = startup.argv[0];
  }
  if (startup.secure) DropUnsafeVariables(startup);
  if (options.library_path == nullptr)
    options.library_path = startup.Environment("LD_LIBRARY_PATH");
  options.preload_variable = startup.Environment("LD_PRELOAD");
  options.list = options.list || startup.Environment("LD_TRACE_LOADED_OBJECTS") != nullptr;
  return options;
}

}  // namespace signet

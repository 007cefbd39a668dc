// SPDX-License-Identifier: MIT
//
// The help and the names of the options are computed from the table in protocol/options.h by the
// compiler.
#include "loader/start/options.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "base/number.h"
#include "base/split.h"
#include "base/syscall.h"
#include "base/text.h"
#include "elf/ld_cache.h"
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
An option's value is given as --option VALUE or --option=VALUE. The environment is
read first: SIGNET_SEAL as the value of a --seal, then SIGNET_OPTIONS as options.
Both count if the loader is a program's interpreter, too.)";

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

[[noreturn]] void Print(std::string_view text) {
  { Line(1, Line::Reader::kProgram) << text; }
  sys::Exit(0);
}

// Why an option makes no sense; no sentence if it does.
struct Refusal {
  std::string_view sentence = {};
  std::string_view detail = {};
};

Refusal ReadTopics(std::string_view list, unsigned& result) {
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
      return {"unknown topic in --trace: ", topic};
    }
  }
  result = topics;
  return {};
}

Refusal ReadKinds(std::string_view list, uint32_t& kinds) {
  std::string_view unknown;
  if (!ParseSealKinds(list, kinds, unknown)) return {"unknown kind in --seal: ", unknown};
  return {};
}

Refusal ReadDlopenSeal(std::string_view text, DlopenSeal& which) {
  if (text == "always") {
    which = DlopenSeal::kAlways;
  } else if (text == "nodelete") {
    which = DlopenSeal::kNodelete;
  } else if (text == "never") {
    which = DlopenSeal::kNever;
  } else {
    return {"unknown value of --dlopen-seal: ", text};
  }
  return {};
}

Refusal ReadRequirement(std::string_view what, Requirement& requirement) {
  if (what == "kernel") {
    requirement = Requirement::kKernel;
  } else if (what == "enforced") {
    requirement = Requirement::kEnforced;
  } else {
    return {"unknown value of --require: ", what};
  }
  return {};
}

// The name of the backend `guard` before version 0.2.
constexpr std::string_view kOldGuardName = "ledger";

// COUNT if there is none of that name.
signet_backend FindBackend(std::string_view name) {
  if (name == kOldGuardName) return SIGNET_BACKEND_GUARD;
  for (unsigned i = 0; i < SIGNET_BACKEND_COUNT; ++i) {
    const auto backend = static_cast<signet_backend>(i);
    if (name == BackendName(backend)) return backend;
  }
  return SIGNET_BACKEND_COUNT;
}

Refusal ReadBackend(std::string_view name, signet_backend& result) {
  const signet_backend backend = FindBackend(name);
  if (backend == SIGNET_BACKEND_COUNT) return {"unknown value of --backend: ", name};
  result = backend;
  return {};
}

Refusal ReadFallback(std::string_view name, signet_backend& result) {
  const signet_backend fallback = FindBackend(name);
  if (fallback == SIGNET_BACKEND_COUNT || fallback == SIGNET_BACKEND_KERNEL)
    return {"unknown value of --fallback: ", name};
  result = fallback;
  return {};
}

// There is only one choice.
Refusal ReadAlso(std::string_view name, bool& also_seccomp) {
  if (name != BackendName(SIGNET_BACKEND_SECCOMP)) return {"unknown value of --also: ", name};
  also_seccomp = true;
  return {};
}

// The value of --tls-surplus.
Refusal ReadSize(std::string_view text, uint64_t& result) {
  uint64_t size = 0;
  if (!ParseNumber(text, size)) return {"not a number of bytes in --tls-surplus: ", text};
  if (size > elf::kMaxTlsSize) return {"more than 1073741824 bytes in --tls-surplus: ", text};
  result = size;
  return {};
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

Refusal ApplyValue(Option option, const char* value, Options& options) {
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
      return ReadKinds(value, options.seal_kinds);
    case Option::kRequire:
      return ReadRequirement(value, options.require);
    case Option::kFallback:
      return ReadFallback(value, options.fallback);
    case Option::kAlso:
      return ReadAlso(value, options.also_seccomp);
    case Option::kBackend:
      return ReadBackend(value, options.backend);
    case Option::kDlopenSeal:
      return ReadDlopenSeal(value, options.dlopen_seal);
    case Option::kTlsSurplus:
      return ReadSize(value, options.tls_surplus);
    case Option::kTrace:
      return ReadTopics(value, options.trace_topics);
    default:
      break;
  }
  return {};
}

// An error ends the command. The variables reach every program that a user starts, so an error in
// them ends none of these: what makes no sense is left out, and the default, which seals more than
// most options do, stays in force.
enum class Source : uint8_t { kCommandLine, kVariable };

void Report(Source source, const Refusal& refusal) {
  if (source == Source::kVariable) {
    Line() << "ld-signet: SIGNET_OPTIONS: " << refusal.sentence << refusal.detail << ": ignored";
    return;
  }
  {
    Line() << "ld-signet: " << refusal.sentence << refusal.detail << '\n'
           << "Try 'ld-signet.so --help' for more information.";
  }
  sys::Exit(kExitNotFound);
}

// What says something about one program, or is no way to run it.
bool IsForCommandLines(Option option) {
  return option == Option::kArgv0 || option == Option::kComm || option == Option::kHelp ||
         option == Option::kVersion;
}

// Reads one option, the first of `words`, of which there is at least one; returns how many words it
// has.
size_t ReadOption(std::span<char* const> words, Source source, Options& options) {
  const std::string_view argument = words.front();
  const size_t equals = argument.find('=');
  const bool has_value = equals < argument.size();
  const std::string_view name(argument.data(), has_value ? equals : argument.size());
  const std::optional<Option> option = FindOption(name);
  const bool takes_value = option && kNames[static_cast<size_t>(*option)].takes_value;
  if (!option || (has_value && !takes_value)) {
    Report(source, {"unrecognized option: ", argument});
    return 1;
  }
  const size_t count = takes_value && !has_value ? 2 : 1;
  if (count > words.size()) {
    Report(source, {"option needs a value: ", name});
    return 1;
  }
  if (source == Source::kVariable && IsForCommandLines(*option)) {
    Report(source, {"only a command line can have the option ", name});
  } else if (takes_value) {
    const char* value = has_value ? argument.data() + equals + 1 : words[1];
    if (const Refusal refusal = ApplyValue(*option, value, options); !refusal.sentence.empty())
      Report(source, refusal);
  } else {
    ApplyFlag(*option, options);
  }
  return count;
}

// Reads the options in front of a program; returns the index of the program.
size_t ReadWords(std::span<char* const> words, Source source, Options& options) {
  size_t next = 0;
  while (next < words.size() && words[next][0] == '-') {
    if (std::string_view(words[next]) == "--") return next + 1;
    next += ReadOption(words.subspan(next), source, options);
  }
  return next;
}

// How much of the surplus is for modules that do not depend on it.
constexpr char kOptionalTls[] = "glibc.rtld.optional_static_tls=";
constexpr uint64_t kDefaultOptionalTls = 512;

// 1: the order of constructors before glibc 2.35. 2: today's.
constexpr char kDynamicSort[] = "glibc.rtld.dynamic_sort=";

// The number behind `name`, if `element` has one of at most `limit`.
bool ReadTunable(std::string_view element, std::string_view name, uint64_t limit,
                 uint64_t& number) {
  return element.starts_with(name) && ParseNumber(From(element, name.size()), number) &&
         number <= limit;
}

// A list of features that are not to be used: "-AVX2,-FMA".
constexpr std::string_view kCpuFeatures = "glibc.cpu.hwcaps=";

// The features that it may name and that a level of x86-64 has, from level 1 or 2 to 4. glibc's
// list leaves others out. A module that says itself which level it needs is judged by what the CPU
// has.
constexpr std::string_view kFeatures =
    "CMOV CX8 SSE2 POPCNT SSE4_1 SSE4_2 SSSE3|"
    "AVX AVX2 BMI1 BMI2 FMA LZCNT MOVBE OSXSAVE|"
    "AVX512BW AVX512CD AVX512DQ AVX512F AVX512VL";

bool IsAmong(std::string_view list, std::string_view name) {
  ListElements elements(list, " ");
  for (std::string_view element; elements.Next(element);) {
    if (element == name) return true;
  }
  return false;
}

// The highest level whose subdirectories are searched without this feature.
unsigned HighestLevelWithout(std::string_view feature) {
  unsigned level = elf::kBaseLevel;
  ListElements levels(kFeatures, "|");
  for (std::string_view list; levels.Next(list); ++level) {
    if (IsAmong(list, feature)) break;
  }
  return level;
}

unsigned HighestLevel(std::string_view features) {
  unsigned highest = elf::kTopLevel;
  ListElements elements(features, ",");
  for (std::string_view element; elements.Next(element);) {
    if (element.starts_with('-'))
      highest = std::min(highest, HighestLevelWithout(From(element, 1)));
  }
  return highest;
}

// As for ld.so, the last one counts.
void ReadTunables(const Startup& startup, Options& options) {
  const char* tunables = startup.Environment("GLIBC_TUNABLES");
  if (tunables == nullptr) return;
  ListElements elements(tunables, ":");
  for (std::string_view element; elements.Next(element);) {
    uint64_t number = 0;
    if (ReadTunable(element, kOptionalTls, elf::kMaxTlsSize, number))
      options.tls_surplus = kDefaultTlsSurplus - kDefaultOptionalTls + number;
    if (ReadTunable(element, kDynamicSort, 2, number) && number != 0)
      options.old_order = number == 1;
    if (element.starts_with(kCpuFeatures))
      options.highest_level = HighestLevel(From(element, kCpuFeatures.size()));
  }
}

// SIGNET_SEAL.
void ReadSealVariable(const Startup& startup, Options& options) {
  const char* kinds = startup.Environment("SIGNET_SEAL");
  std::string_view unknown;
  if (kinds == nullptr || ParseSealKinds(kinds, options.seal_kinds, unknown)) return;
  Line() << "ld-signet: unknown kind in SIGNET_SEAL: " << unknown << ": ignored";
}

// SIGNET_OPTIONS. Its words are copied: the program gets its environment as it is.
void ReadOptionsVariable(const Startup& startup, Options& options) {
  const char* text = startup.Environment("SIGNET_OPTIONS");
  if (text == nullptr) return;
  List<char*> words;
  ListElements elements(text, " \t\n");
  for (std::string_view word; elements.Next(word);) {
    if (!word.empty()) words.Add(const_cast<char*>(ArenaString(word)));
  }
  const size_t program = ReadWords({words.begin(), words.size()}, Source::kVariable, options);
  if (program < words.size())
    Report(Source::kVariable, {"it cannot name a program: ", words[program]});
}

}  // namespace

Options ReadOptions(Startup& startup) {
  Options options;
  options.seal_kinds = kDefaultSealKinds;
  ReadSealVariable(startup, options);
  ReadTunables(startup, options);
  ReadOptionsVariable(startup, options);
  if (startup.as_command) {
    const uint64_t first = startup.argc() != 0 ? 1 : 0;
    const uint64_t program = first + ReadWords({startup.argv + first, startup.argc() - first},
                                               Source::kCommandLine, options);
    if (program >= startup.argc()) Report(Source::kCommandLine, {"no program given", ""});
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
  options.audit_variable = startup.Environment("LD_AUDIT");
  options.list = options.list || startup.Environment("LD_TRACE_LOADED_OBJECTS") != nullptr;
  return options;
}

}  // namespace signet

// SPDX-License-Identifier: MIT
//
// The loader's options, one row each: how they are written and what both helps say about them.
//
// The compiler makes the loader's --help and the names that it looks for from this table. The table
// itself does not get into the loader's image, where nothing would relocate its pointers. The tool
// passes on the options that have a text for the tool's help. loader/start/options.cc and
// ld-signet.so(8) say what the values mean.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace signet {

enum class Option : uint8_t {
  kList,
  kLibraryPath,
  kPreload,
  kArgv0,
  kComm,
  kInhibitCache,
  kSeal,
  kRequire,
  kFallback,
  kAlso,
  kBackend,
  kDlopenSeal,
  kTlsSurplus,
  kStats,
  kTrace,
  kStop,
  kVerify,
  kVerifyLater,
  kHelp,
  kVersion,
};
inline constexpr size_t kOptionCount = 20;

struct OptionRow {
  Option option = Option::kList;
  std::string_view usage = {};       // "--stats", "--argv0 STRING" or "--seal=KIND,..."
  std::string_view help = {};        // of the loader: one or more lines
  std::string_view tool_value = {};  // what the tool calls the value
  std::string_view tool_help = {};   // of the tool: one line; empty: the tool does not pass it on

  // "--seal"
  constexpr std::string_view Name() const {
    return {usage.data(), TakesValue() ? usage.find_first_of(" =") : usage.size()};
  }
  constexpr bool TakesValue() const { return usage.find_first_of(" =") < usage.size(); }
};

// In the order of the enumeration, which is that of the loader's --help.
inline constexpr OptionRow kOptions[kOptionCount] = {
    {.option = Option::kList,
     .usage = "--list",
     .help = "list the modules that PROGRAM needs, and run nothing",
     .tool_help = "List the program's libraries and run nothing"},
    {.option = Option::kLibraryPath,
     .usage = "--library-path PATH",
     .help = "use PATH instead of LD_LIBRARY_PATH",
     .tool_value = "PATH",
     .tool_help = "Search libraries in PATH instead of LD_LIBRARY_PATH"},
    {.option = Option::kPreload,
     .usage = "--preload LIST",
     .help = "load the modules of LIST (separated by spaces or colons) first",
     .tool_value = "LIBS",
     .tool_help = "Load LIBS before all other libraries"},
    {.option = Option::kArgv0,
     .usage = "--argv0 STRING",
     .help = "set argv[0] to STRING",
     .tool_value = "NAME",
     .tool_help = "Give the program NAME as its argv[0]"},
    {.option = Option::kComm,
     .usage = "--comm NAME",
     .help = "name the process NAME, as ps shows it (default: PROGRAM's file)"},
    {.option = Option::kInhibitCache,
     .usage = "--inhibit-cache",
     .help = "do not use /etc/ld.so.cache",
     .tool_help = "Do not use /etc/ld.so.cache"},
    {.option = Option::kSeal,
     .usage = "--seal=KIND,...",
     .help = "what to seal: default, none, +KIND, -KIND\n"
             "(text, rodata, relro, gap, vdso, data; default: all but data);\n"
             "marked: of modules that are marked (-z memory-seal) only",
     .tool_value = "KINDS",
     .tool_help = "Seal KINDS: default, none, +KIND, -KIND, …; separated by commas"},
    {.option = Option::kRequire,
     .usage = "--require=WHAT",
     .help = "run only if all is sealed by mseal (kernel), or at least by the\n"
             "kernel's seccomp filter (enforced)",
     .tool_value = "WHAT",
     .tool_help = "Refuse to run with less than WHAT: kernel, enforced"},
    {.option = Option::kFallback,
     .usage = "--fallback=BACKEND",
     .help = "what takes the place of mseal where the kernel has none: guard\n"
             "(guarded calls; the default), seccomp, none",
     .tool_value = "BACKEND",
     .tool_help = "Instead of mseal where there is none: guard, seccomp, none"},
    {.option = Option::kAlso,
     .usage = "--also=seccomp",
     .help = "filter system calls in addition to mseal",
     .tool_value = "BACKEND",
     .tool_help = "In addition to mseal: seccomp"},
    {.option = Option::kBackend,
     .usage = "--backend=BACKEND",
     .help = "use kernel (mseal), guard, seccomp or none, whatever there is",
     .tool_value = "BACKEND",
     .tool_help = "Use this one, whatever there is: kernel, guard, seccomp, none"},
    {.option = Option::kDlopenSeal,
     .usage = "--dlopen-seal=WHICH",
     .help = "what to seal of that which comes by dlopen: always, nodelete\n"
             "(only what can never be unloaded), never (default: always)",
     .tool_value = "WHICH",
     .tool_help = "Seal what comes by dlopen: always, nodelete, never"},
    {.option = Option::kTlsSurplus,
     .usage = "--tls-surplus=BYTES",
     .help = "room in static TLS for modules that are loaded later and ask for\n"
             "it (default: 1664)",
     .tool_value = "BYTES",
     .tool_help = "Static thread-local storage for libraries that come later"},
    {.option = Option::kStats,
     .usage = "--stats",
     .help = "say to stderr how the start went",
     .tool_help = "Print what linking took to the standard error"},
    {.option = Option::kTrace,
     .usage = "--trace=TOPIC,...",
     .help = "say to stderr what is done: files, bindings, seal, libs",
     .tool_value = "TOPICS",
     .tool_help = "Print what is done: files, bindings, seal, libs"},
    {.option = Option::kStop,
     .usage = "--stop",
     .help = "stop (SIGSTOP) when all is linked and sealed, before the\n"
             "first constructor"},
    {.option = Option::kVerify,
     .usage = "--verify",
     .help = "attack the seals then, in child processes, and run nothing; stop\n"
             "before and after it, so that 'signet verify' can look"},
    {.option = Option::kVerifyLater,
     .usage = "--verify-later",
     .help = "run the program, and let 'signet verify --after' attack the seals\n"
             "in it; stop before anything runs, and when all is sealed"},
    {.option = Option::kHelp, .usage = "--help", .help = "print this and exit"},
    {.option = Option::kVersion, .usage = "--version", .help = "print the version and exit"},
};

consteval bool OptionsAreInOrder() {
  for (size_t i = 0; i < kOptionCount; ++i) {
    if (kOptions[i].option != static_cast<Option>(i)) return false;
  }
  return true;
}
static_assert(OptionsAreInOrder());

}  // namespace signet

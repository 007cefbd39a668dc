// SPDX-License-Identifier: MIT
#include "loader/startup.h"

#include <cstring>

#include "base/syscall.h"
#include "elf/phdr.h"
#include "loader/diagnostics.h"
#include "sealer/policy.h"

extern "C" __attribute__((visibility("hidden"))) void _start();

namespace signet {
namespace {

constexpr char kHelp[] =
    R"(Usage: ld-signet.so [OPTION]... PROGRAM [ARGUMENT]...
Link PROGRAM, seal its code, constants and relocated data, and run it.

  --list               list the modules that PROGRAM needs, and run nothing
  --library-path PATH  use PATH instead of LD_LIBRARY_PATH
  --preload LIST       load the modules of LIST (separated by spaces or colons) first
  --argv0 STRING       set argv[0] to STRING
  --inhibit-cache      do not use /etc/ld.so.cache
  --seal=KIND,...      what to seal: default, none, +KIND, -KIND
                       (text, rodata, relro, gap, vdso, data; default: all but data);
                       marked: of modules that are marked (-z memory-seal) only
  --require=WHAT       run only if all is sealed by mseal (kernel), or at least by the
                       kernel's seccomp filter (enforced)
  --fallback=BACKEND   what takes the place of mseal where the kernel has none: guard
                       (guarded calls; the default), seccomp, none
  --also=seccomp       filter system calls in addition to mseal
  --backend=BACKEND    use kernel (mseal), guard, seccomp or none, whatever there is
  --dlopen-seal=WHICH  what to seal of that which comes by dlopen: always, nodelete
                       (only what can never be unloaded), never (default: always)
  --tls-surplus=BYTES  room in static TLS for modules that are loaded later and ask for
                       it (default: 1664)
  --stats              say to stderr how the start went
  --trace=TOPIC,...    say to stderr what is done: files, bindings, seal, libs
  --stop               stop (SIGSTOP) when all is linked and sealed, before the
                       first constructor
  --verify=FD          attack the seals then, in child processes, and run nothing; what
                       comes of it goes to the descriptor FD ('signet verify' reads it)
  --help               print this and exit
  --version            print the version and exit

An option's value is given as --option VALUE or --option=VALUE. The environment's
SIGNET_SEAL is read as a --seal in front of all options.)";

[[noreturn]] void Usage(std::string_view sentence, std::string_view detail) {
  Line() << "ld-signet: " << sentence << detail
         << "\nTry 'ld-signet.so --help' for more information.";
  sys::Exit(kExitNotFound);
}

unsigned ParseTopics(std::string_view list) {
  unsigned topics = 0;
  while (!list.empty()) {
    const size_t comma = list.find(',');
    const std::string_view topic(list.data(), comma < list.size() ? comma : list.size());
    if (topic == "files") {
      topics |= kTraceFiles;
    } else if (topic == "bindings") {
      topics |= kTraceBindings;
    } else if (topic == "seal") {
      topics |= kTraceSeal;
    } else if (topic == "libs") {
      topics |= kTraceLibs;
    } else {
      Usage("unknown topic in --trace: ", topic);
    }
    list.remove_prefix(topic.size() + (comma < list.size() ? 1 : 0));
  }
  return topics;
}

DlopenSeal ParseDlopenSeal(std::string_view text) {
  if (text == "always") return DlopenSeal::kAlways;
  if (text == "nodelete") return DlopenSeal::kNodelete;
  if (text != "never") Usage("unknown value of --dlopen-seal: ", text);
  return DlopenSeal::kNever;
}

// Of --tls-surplus.
uint64_t ParseSize(std::string_view text) {
  uint64_t size = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') Usage("not a number of bytes in --tls-surplus: ", text);
    size = size * 10 + static_cast<uint64_t>(digit - '0');
    if (size > elf::kMaxTlsSize) Usage("more than 1073741824 bytes in --tls-surplus: ", text);
  }
  if (text.empty()) Usage("not a number of bytes in --tls-surplus: ", text);
  return size;
}

Requirement ParseRequirement(std::string_view what) {
  if (what == "kernel") return Requirement::kKernel;
  if (what != "enforced") Usage("unknown value of --require: ", what);
  return Requirement::kEnforced;
}

// What the backend `guard` was called before version 0.2.
constexpr std::string_view kOldGuardName = "ledger";

signet_backend ParseBackend(std::string_view error, std::string_view name) {
  if (name == kOldGuardName) return SIGNET_BACKEND_GUARD;
  for (unsigned i = 0; i < SIGNET_BACKEND_COUNT; ++i) {
    const auto backend = static_cast<signet_backend>(i);
    if (name == BackendName(backend)) return backend;
  }
  Usage(error, name);
}

// SIGNET_SEAL. It reaches every program that a user starts, so what is wrong in it ends none of
// them: the default stays in force, which seals more than most lists do.
void ReadSealVariable(const Startup& startup, Options& options) {
  const char* kinds = startup.Environment("SIGNET_SEAL");
  std::string_view unknown;
  if (kinds == nullptr || ParseSealKinds(kinds, options.seal_kinds, unknown)) return;
  Line() << "ld-signet: unknown kind in SIGNET_SEAL: " << unknown << ": ignored";
}

int ParseDescriptor(std::string_view text) {
  int fd = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9' || fd > 100'000) Usage("no descriptor in --verify: ", text);
    fd = fd * 10 + (digit - '0');
  }
  if (text.empty()) Usage("no descriptor in --verify: ", text);
  return fd;
}

// The arguments before PROGRAM.
class ArgumentReader {
 public:
  ArgumentReader(char** argv, uint64_t argc) : argv_(argv), argc_(argc) {}

  uint64_t consumed() const { return next_; }

  void Read(Options& options) {
    while (next_ < argc_ && argv_[next_][0] == '-') {
      const std::string_view argument = argv_[next_++];
      if (argument == "--") return;
      ReadOne(argument, options);
    }
  }

 private:
  void ReadOne(std::string_view argument, Options& options) {
    const size_t equals = argument.find('=');
    has_value_ = equals < argument.size();
    name_ = std::string_view(argument.data(), has_value_ ? equals : argument.size());
    if (has_value_) value_ = argument.data() + equals + 1;
    if (name_ == "--library-path") {
      options.library_path = Value();
    } else if (name_ == "--preload") {
      options.preload = Value();
    } else if (name_ == "--argv0") {
      options.argv0 = Value();
    } else if (name_ == "--seal") {
      const char* kinds = Value();
      std::string_view unknown;
      if (!ParseSealKinds(kinds, options.seal_kinds, unknown))
        Usage("unknown kind in --seal: ", unknown);
    } else if (name_ == "--require") {
      options.require = ParseRequirement(Value());
    } else if (name_ == "--backend") {
      options.backend = ParseBackend("unknown value of --backend: ", Value());
    } else if (name_ == "--fallback") {
      const char* value = Value();
      options.fallback = ParseBackend("unknown value of --fallback: ", value);
      if (options.fallback == SIGNET_BACKEND_KERNEL) Usage("unknown value of --fallback: ", value);
    } else if (name_ == "--also") {
      const std::string_view what = Value();
      if (what != BackendName(SIGNET_BACKEND_SECCOMP)) Usage("unknown value of --also: ", what);
      options.also_seccomp = true;
    } else if (name_ == "--dlopen-seal") {
      options.dlopen_seal = ParseDlopenSeal(Value());
    } else if (name_ == "--tls-surplus") {
      options.tls_surplus = ParseSize(Value());
    } else if (name_ == "--verify") {
      options.verify_fd = ParseDescriptor(Value());
    } else if (name_ == "--trace") {
      options.trace_topics = ParseTopics(Value());
    } else {
      ReadFlag(argument, options);
    }
  }

  void ReadFlag(std::string_view argument, Options& options) {
    if (argument == "--list") {
      options.list = true;
    } else if (argument == "--inhibit-cache") {
      options.inhibit_cache = true;
    } else if (argument == "--stats") {
      options.stats = true;
    } else if (argument == "--stop") {
      options.stop = true;
    } else if (argument == "--help") {
      Line(1) << kHelp;
      sys::Exit(0);
    } else if (argument == "--version") {
      Line(1) << "ld-signet.so " SIGNET_VERSION;
      sys::Exit(0);
    } else {
      Usage("unrecognized option: ", argument);
    }
  }

  const char* Value() {
    if (has_value_) return value_;
    if (next_ == argc_) Usage("option needs a value: ", name_);
    return argv_[next_++];
  }

  char** argv_;
  uint64_t argc_;
  uint64_t next_ = 1;
  std::string_view name_;
  const char* value_ = nullptr;
  bool has_value_ = false;
};

// Moves what lies from `from` to the end of the auxiliary vector.
void MoveTail(const Startup& startup, const void* from, void* to) {
  const Elf64_auxv_t* last = startup.auxv;
  while (last->a_type != AT_NULL) ++last;
  std::memmove(to, from, std::bit_cast<uint64_t>(last + 1) - std::bit_cast<uint64_t>(from));
}

// Takes `count` arguments off the front. The stack pointer must stay 16-byte aligned, so everything
// may have to move by one word.
void DropArguments(Startup& startup, uint64_t count) {
  uint64_t* from = startup.stack + count;
  *from = startup.argc() - count;
  uint64_t* to = from;
  if (std::bit_cast<uint64_t>(to) % 16 != 0) MoveTail(startup, from, --to);
  startup = ReadStack(to);
}

// ld.so removes what a secure process must not pass on; its own list has more, which libc's
// interpreter sees to. SIGNET_SEAL would count in programs that a setuid program executes. The
// auxiliary vector stays right behind the environment, where libc's interpreter looks for it.
void DropLoaderVariables(Startup& startup) {
  char** kept = startup.envp;
  for (char** next = kept; *next != nullptr; ++next) {
    const bool is_ours = std::string_view(*next).starts_with("SIGNET_");
    if (!is_ours && !IsLoaderVariable(*next)) *kept++ = *next;
  }
  *kept = nullptr;
  MoveTail(startup, startup.auxv, kept + 1);
  startup = ReadStack(startup.stack);
}

}  // namespace

bool IsLoaderVariable(const char* variable) {
  return variable[0] == 'L' && variable[1] == 'D' && variable[2] == '_';
}

Elf64_auxv_t* Startup::Aux(uint64_t type) const {
  for (Elf64_auxv_t* entry = auxv; entry->a_type != AT_NULL; ++entry) {
    if (entry->a_type == type) return entry;
  }
  return nullptr;
}

uint64_t Startup::AuxValue(uint64_t type) const {
  const Elf64_auxv_t* entry = Aux(type);
  return entry != nullptr ? entry->a_un.a_val : 0;
}

void Startup::SetAux(uint64_t type, uint64_t value) const {
  if (Elf64_auxv_t* entry = Aux(type)) entry->a_un.a_val = value;
}

const char* Startup::Environment(std::string_view name) const {
  if (secure) return nullptr;
  for (char** variable = envp; *variable != nullptr; ++variable) {
    size_t i = 0;
    while (i < name.size() && (*variable)[i] == name[i]) ++i;
    if (i == name.size() && (*variable)[i] == '=') return *variable + i + 1;
  }
  return nullptr;
}

Startup ReadStack(uint64_t* stack) {
  Startup startup;
  startup.stack = stack;
  startup.argv = std::bit_cast<char**>(stack + 1);
  startup.envp = startup.argv + *stack + 1;
  char** end = startup.envp;
  while (*end != nullptr) ++end;
  startup.auxv = std::bit_cast<Elf64_auxv_t*>(end + 1);
  startup.secure = startup.AuxValue(AT_SECURE) != 0;
  startup.as_command = startup.AuxValue(AT_ENTRY) == std::bit_cast<uint64_t>(&_start);
  return startup;
}

Options ReadOptions(Startup& startup) {
  Options options;
  options.seal_kinds = kDefaultSealKinds;
  ReadSealVariable(startup, options);
  if (startup.as_command) {
    ArgumentReader reader(startup.argv, startup.argc());
    reader.Read(options);
    if (reader.consumed() >= startup.argc()) Usage("no program given", "");
    DropArguments(startup, reader.consumed());
    options.program = startup.argv[0];
    if (options.argv0 != nullptr) startup.argv[0] = const_cast<char*>(options.argv0);
  } else if (startup.argc() != 0) {
    options.program = startup.argv[0];
  }
  if (startup.secure) DropLoaderVariables(startup);
  if (options.library_path == nullptr)
    options.library_path = startup.Environment("LD_LIBRARY_PATH");
  options.preload_variable = startup.Environment("LD_PRELOAD");
  options.list = options.list || startup.Environment("LD_TRACE_LOADED_OBJECTS") != nullptr;
  return options;
}

}  // namespace signet

// SPDX-License-Identifier: MIT
#include "loader/libc/boot.h"

#include "loader/libc/hide_preload_file.h"
#include "loader/libc/stand_in.h"

extern "C" __attribute__((visibility("hidden"))) void signet_preinit();
extern "C" __attribute__((visibility("hidden"))) void signet_continue_entry();

namespace signet {
namespace {

// The interpreter must not see LD_PRELOAD and the like, because Signet does what they ask for.
// LD_LIBRARY_PATH stays, because it counts for what libc opens by itself. In secure mode no LD_
// variable is left. A hidden variable has this in place of its first character.
constexpr char kHidden = '\x01';

void HideEnvironment(const Startup& startup) {
  for (char** variable = startup.envp; *variable != nullptr; ++variable) {
    if (IsLoaderVariable(*variable) &&
        !std::string_view(*variable).starts_with("LD_LIBRARY_PATH=")) {
      **variable = kHidden;
    }
  }
}

void ShowEnvironment(const Startup& startup) {
  for (char** variable = startup.envp; *variable != nullptr; ++variable) {
    if ((*variable)[0] == kHidden && (*variable)[1] == 'D' && (*variable)[2] == '_')
      **variable = 'L';
  }
}

// Signet keeps a surplus of static TLS for modules that come later. If libc kept another one, each
// thread would have less stack. These make libc's as small as it can be.
constexpr char kTunables[] = "GLIBC_TUNABLES=";
constexpr char kLeastSurplus[] = "glibc.rtld.optional_static_tls=0:glibc.rtld.nns=1";

// The program's own tunables, or a variable that means nothing to libc before its constructors run.
char** FindVariableToLend(const Startup& startup) {
  char** found = nullptr;
  for (char** variable = startup.envp; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    if (text.starts_with(kTunables)) return variable;
    if (!IsLoaderVariable(*variable) && !text.starts_with("MALLOC_")) found = variable;
  }
  return found;
}

// There is no room for another variable on the stack, so one gets another value for the boot.
void LendVariable(const Startup& startup, StandIn& stand_in) {
  char** variable = startup.secure ? nullptr : FindVariableToLend(startup);
  if (variable == nullptr) return;
  stand_in.lent_variable = variable;
  stand_in.lent_value = *variable;
  const std::string_view value = *variable;
  const char* text = value.starts_with(kTunables) ? ArenaString(value, ":", kLeastSurplus)
                                                  : ArenaString(kTunables, kLeastSurplus);
  *variable = const_cast<char*>(text);
}

}  // namespace

void PrepareBoot(Process& process, uint64_t fini) {
  process.stand_in = BuildStandIn(process, {std::bit_cast<uint64_t>(&signet_preinit), fini});
  const Startup& startup = process.startup;
  startup.SetAux(AT_PHDR, std::bit_cast<uint64_t>(process.stand_in->phdrs.data()));
  startup.SetAux(AT_PHNUM, process.stand_in->phdrs.size());
  startup.SetAux(AT_ENTRY, std::bit_cast<uint64_t>(&signet_continue_entry));
  startup.SetAux(AT_BASE, process.interpreter->map.image.load_bias());
  HideEnvironment(startup);
  LendVariable(startup, *process.stand_in);
  if (process.has_preload_file) HidePreloadFile(*process.interpreter);
}

void RestoreStartup(Process& process) {
  const Startup& startup = process.startup;
  ShowEnvironment(startup);
  if (process.stand_in != nullptr && process.stand_in->lent_variable != nullptr)
    *process.stand_in->lent_variable = process.stand_in->lent_value;
  startup.SetAux(AT_PHDR, process.program->map.phdr_address);
  startup.SetAux(AT_PHNUM, process.program->map.headers.all.size());
  startup.SetAux(AT_ENTRY, process.program->map.entry);
  // As the kernel sets it: the base of the program's PT_INTERP, or 0 if the loader is run as a
  // command, because then there is none.
  startup.SetAux(AT_BASE, startup.as_command ? 0 : process.loader->map.image.load_bias());
  if (startup.as_command) startup.SetAux(AT_EXECFN, std::bit_cast<uint64_t>(process.program->path));
}

}  // namespace signet

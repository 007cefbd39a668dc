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

}  // namespace

void PrepareBoot(Process& process, uint64_t fini) {
  process.stand_in = BuildStandIn(process, {std::bit_cast<uint64_t>(&signet_preinit), fini});
  const Startup& startup = process.startup;
  startup.SetAux(AT_PHDR, std::bit_cast<uint64_t>(process.stand_in->phdrs.data()));
  startup.SetAux(AT_PHNUM, process.stand_in->phdrs.size());
  startup.SetAux(AT_ENTRY, std::bit_cast<uint64_t>(&signet_continue_entry));
  startup.SetAux(AT_BASE, process.interpreter->map.image.load_bias());
  HideEnvironment(startup);
  if (process.has_preload_file) HidePreloadFile(*process.interpreter);
}

void RestoreStartup(Process& process) {
  const Startup& startup = process.startup;
  ShowEnvironment(startup);
  startup.SetAux(AT_PHDR, process.program->map.phdr_address);
  startup.SetAux(AT_PHNUM, process.program->map.headers.all.size());
  startup.SetAux(AT_ENTRY, process.program->map.entry);
  // As the kernel sets it: the base of the program's PT_INTERP, or 0 if the loader is run as a
  // command, because then there is none.
  startup.SetAux(AT_BASE, startup.as_command ? 0 : process.loader->map.image.load_bias());
  if (startup.as_command) startup.SetAux(AT_EXECFN, std::bit_cast<uint64_t>(process.program->path));
}

}  // namespace signet

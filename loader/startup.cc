// SPDX-License-Identifier: MIT
#include "loader/startup.h"

#include <bit>
#include <cstring>

#include "base/split.h"

extern "C" __attribute__((visibility("hidden"))) void _start();

namespace signet {
namespace {

// glibc's unsecvars.h (2.43), and MALLOC_CHECK_, which older versions remove. Names that begin with
// LD_ are not repeated here.
constexpr std::string_view kUnsafeNames =
    "GCONV_PATH GETCONF_DIR GLIBC_TUNABLES HOSTALIASES LOCALDOMAIN LOCPATH MALLOC_ARENA_MAX "
    "MALLOC_ARENA_TEST MALLOC_CHECK_ MALLOC_MMAP_MAX_ MALLOC_MMAP_THRESHOLD_ MALLOC_PERTURB_ "
    "MALLOC_TOP_PAD_ MALLOC_TRACE MALLOC_TRIM_THRESHOLD_ NIS_PATH NLSPATH RESOLV_HOST_CONF "
    "RES_OPTIONS TMPDIR TZDIR";

bool IsUnsafe(std::string_view variable) {
  if (IsLoaderVariable(variable.data()) || variable.starts_with("SIGNET_")) return true;
  const size_t equals = variable.find('=');
  if (equals == std::string_view::npos) return false;
  ListElements names(kUnsafeNames, " ");
  for (std::string_view name; names.Next(name);) {
    if (name == std::string_view(variable.data(), equals)) return true;
  }
  return false;
}

// Moves what lies from `from` to the end of the auxiliary vector.
void MoveTail(const Startup& startup, const void* from, void* to) {
  const Elf64_auxv_t* last = startup.auxv;
  while (last->a_type != AT_NULL) ++last;
  std::memmove(to, from, std::bit_cast<uint64_t>(last + 1) - std::bit_cast<uint64_t>(from));
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

// The stack pointer must stay 16-byte aligned, so everything may have to move by one word.
void DropArguments(Startup& startup, uint64_t count) {
  uint64_t* from = startup.stack + count;
  *from = startup.argc() - count;
  uint64_t* to = from;
  if (std::bit_cast<uint64_t>(to) % 16 != 0) MoveTail(startup, from, --to);
  startup = ReadStack(to);
}

// The auxiliary vector stays right behind the environment, where libc's interpreter looks for it.
void DropUnsafeVariables(Startup& startup) {
  char** kept = startup.envp;
  for (char** next = kept; *next != nullptr; ++next) {
    if (!IsUnsafe(*next)) *kept++ = *next;
  }
  *kept = nullptr;
  MoveTail(startup, startup.auxv, kept + 1);
  startup = ReadStack(startup.stack);
}

}  // namespace signet

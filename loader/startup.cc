// SPDX-License-Identifier: MIT
#include "loader/startup.h"

#include <bit>
#include <cstring>

extern "C" __attribute__((visibility("hidden"))) void _start();

namespace signet {
namespace {

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

}  // namespace signet

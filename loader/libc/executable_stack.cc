// SPDX-License-Identifier: MIT
#include "loader/libc/executable_stack.h"

#include <dlfcn.h>
#include <errno.h>

#include "base/page.h"
#include "base/syscall.h"
#include "loader/diagnostics.h"
#include "loader/load/libc_functions.h"
#include "loader/load/runtime.h"
#include "loader/tls/thread_lists.h"

namespace signet {
namespace {

constexpr char kCannotEnable[] = "cannot enable executable stack as shared object requires";

// What glibc before 2.41 says if its RELRO is sealed.
constexpr char kCannotChange[] = "cannot change memory protections";

// A shared object with nothing in it but the demand.
struct Demand {
  elf::Ehdr header = {
      .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
      .e_type = ET_DYN,
      .e_machine = EM_X86_64,
      .e_version = EV_CURRENT,
      .e_entry = 0,
      .e_phoff = offsetof(Demand, phdrs),
      .e_shoff = 0,
      .e_flags = 0,
      .e_ehsize = sizeof(elf::Ehdr),
      .e_phentsize = sizeof(elf::Phdr),
      .e_phnum = 3,
      .e_shentsize = 0,
      .e_shnum = 0,
      .e_shstrndx = 0};
  elf::Phdr phdrs[3] = {
      {PT_LOAD, PF_R | PF_W, 0, 0, 0, sizeof(Demand), sizeof(Demand), kPageSize},
      {PT_DYNAMIC, PF_R | PF_W, offsetof(Demand, dynamic), offsetof(Demand, dynamic),
       offsetof(Demand, dynamic), sizeof dynamic, sizeof dynamic, alignof(elf::Dyn)},
      {PT_GNU_STACK, PF_R | PF_W | PF_X, 0, 0, 0, 0, 0, 16}};
  // glibc looks at the tables even though nothing refers to them.
  elf::Dyn dynamic[5] = {{DT_STRTAB, {offsetof(Demand, names)}},
                         {DT_STRSZ, {sizeof names}},
                         {DT_SYMTAB, {offsetof(Demand, symbols)}},
                         {DT_SYMENT, {sizeof(elf::Sym)}},
                         {DT_NULL, {0}}};
  elf::Sym symbols[1] = {};
  char names[8] = {};
};

// To libc, a module without PT_GNU_STACK demands it, too; musl does not know that rule.
const Module* FindDemand(const Process& process, std::span<Module* const> modules) {
  for (const Module* module : modules) {
    const bool is_said = module->map.headers.stack != nullptr;
    if (module->DemandsExecutableStack() && (is_said || !IsMusl(process))) return module;
  }
  return nullptr;
}

void Trace(const Process& process, const Module& module) {
  if (process.diagnostics.Traces(kTraceFiles)) {
    Line() << "ld-signet: files: " << module.path
           << ": the stack is writable and executable, as the file demands";
  }
}

void AllowForThisThread(Process& process, const Module& module) {
  const uint64_t page = PageDown(std::bit_cast<uint64_t>(process.startup.stack));
  const long result =
      sys::Protect(page, kPageSize, PROT_READ | PROT_WRITE | PROT_EXEC | PROT_GROWSDOWN);
  if (sys::Failed(result))
    process.diagnostics.LoadErrno(module.path, kCannotEnable, sys::Errno(result));
}

// What libc says of `path`, without the path.
std::string_view ErrorOf(const Process& process, std::string_view path) {
  std::string_view text = ErrorOfLibc(process);
  if (text.starts_with(path)) text.remove_prefix(path.size());
  if (text.starts_with(": ")) text.remove_prefix(2);
  return text;
}

// Has libc open the demand. False, with libc's error in `error`, if it does not.
bool AskLibc(const Process& process, int fd, std::string_view& error) {
  char path[32] = {};
  TextWriter({path, sizeof path - 1}) << "/proc/self/fd/" << Dec{static_cast<uint64_t>(fd)};
  void* handle = OpenByLibc(process, path, RTLD_NOW);
  if (handle == nullptr) {
    if (const std::string_view text = ErrorOf(process, path); !text.empty()) error = text;
    return false;
  }
  CloseByLibc(process, handle);
  return true;
}

// glibc's variable that says which protection stacks get. It has the flags of the stand-in program,
// and PF_X if they are to be executable. Null if it is not the only one that looks so.
uint32_t* FindStackFlags(const Process& process) {
  const uint32_t flags = process.stand_in->phdrs.back().p_flags | PF_X;
  uint32_t* found = nullptr;
  for (uint64_t& word : InterpreterVariables(process)) {
    for (uint32_t& half : std::span(std::bit_cast<uint32_t*>(&word), 2)) {
      if ((half | PF_X) != flags) continue;
      if (found != nullptr) return nullptr;
      found = &half;
    }
  }
  return found;
}

// What glibc before 2.41 does. It cannot do it itself, because for that it changes a variable in
// its RELRO, which is sealed.
bool AllowInPlaceOfLibc(Process& process, const Module& module) {
  ThreadLists* lists = process.libc.thread_lists;
  uint32_t* flags = FindStackFlags(process);
  const auto change = FindLibcFunction<int(void*)>(process, "__nptl_change_stack_perm");
  if (lists == nullptr || flags == nullptr || change == nullptr) return false;
  const ThreadListsHeld held(*lists);
  AllowForThisThread(process, module);
  *flags |= PF_X;  // of threads to come
  const auto allow = [&](uint64_t thread_pointer) {
    (void)change(std::bit_cast<void*>(thread_pointer));
  };
  ForEachThread(process, lists->used, allow);
  ForEachThread(process, lists->cache, allow);
  return !process.diagnostics.HasErrors();
}

// For all threads.
bool AllowByLibc(Process& process, const Module& module, int fd) {
  const Demand demand;
  const long written = sys::Write(fd, {std::bit_cast<const char*>(&demand), sizeof demand});
  std::string_view error = kCannotEnable;
  if (written == long{sizeof demand} &&
      (AskLibc(process, fd, error) ||
       (error.starts_with(kCannotChange) && AllowInPlaceOfLibc(process, module)))) {
    return true;
  }
  if (error.starts_with(kCannotChange)) {
    process.diagnostics.LoadErrno(module.path, kCannotEnable, EPERM);
  } else if (!process.diagnostics.HasErrors()) {
    process.diagnostics.LoadError(module.path, error);
  }
  return false;
}

}  // namespace

void AllowExecutableStack(Process& process) {
  const Module* module = FindDemand(process, process.modules);
  process.stacks_are_executable = module != nullptr;
  if (module == nullptr) return;
  // To the kernel such a program demands nothing. To libc it does, so libc asks for no more.
  const Module& program = *process.program;
  if (program.map.kernel_mapped && program.map.headers.stack == nullptr) return;
  Trace(process, *module);
  AllowForThisThread(process, *module);
}

void AllowExecutableStacks(Process& process, std::span<Module* const> modules) {
  const Module* module = process.stacks_are_executable ? nullptr : FindDemand(process, modules);
  if (module == nullptr || IsMusl(process)) return;
  Trace(process, *module);
  if (process.interpreter == nullptr) {
    AllowForThisThread(process, *module);
  } else {
    const long fd = sys::Call(__NR_memfd_create, "executable stack", /* MFD_CLOEXEC */ 1);
    if (sys::Failed(fd)) {
      process.diagnostics.LoadErrno(module->path, kCannotEnable, sys::Errno(fd));
      return;
    }
    process.stacks_are_executable = AllowByLibc(process, *module, static_cast<int>(fd));
    sys::Close(static_cast<int>(fd));
  }
}

}  // namespace signet

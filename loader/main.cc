// SPDX-License-Identifier: MIT
//
// The passes, in order. A comment beside a line is the reason why the line is there and nowhere
// else. Comments that begin with "From here on" say what later passes can rely on.
//
// Input: the stack that the kernel made. Output: a process that is linked and sealed, and the place
// to go on at: libc's interpreter, and in the end the program. A pass reports all errors that it
// finds; the loader gives up at the next StopOnErrors, so that one run shows all of them.
#include "base/attributes.h"
#include "base/page.h"
#include "base/syscall.h"
#include "loader/diagnostics.h"
#include "loader/find/searcher.h"
#include "loader/libc/adopt.h"
#include "loader/libc/boot.h"
#include "loader/libc/executable_stack.h"
#include "loader/libc/load_lock.h"
#include "loader/libc/stand_in.h"
#include "loader/link/constructors.h"
#include "loader/link/debug_list.h"
#include "loader/link/isa_level.h"
#include "loader/link/module_table.h"
#include "loader/link/relocate.h"
#include "loader/link/resolve.h"
#include "loader/link/versions.h"
#include "loader/load/closure.h"
#include "loader/load/libc_functions.h"
#include "loader/load/protection.h"
#include "loader/load/runtime.h"
#include "loader/process.h"
#include "loader/seal/choose_backend.h"
#include "loader/seal/guards.h"
#include "loader/seal/relro_watch.h"
#include "loader/seal/seal.h"
#include "loader/seal/verify.h"
#include "loader/services/exit.h"
#include "loader/services/state.h"
#include "loader/start/listing.h"
#include "loader/start/options.h"
#include "loader/start/program.h"
#include "loader/start/self.h"
#include "loader/start/show_auxv.h"
#include "loader/start/standard_files.h"
#include "loader/start/stats.h"
#include "loader/tls/root_regions.h"
#include "loader/tls/static_tls.h"
#include "loader/tls/thread_lists.h"

// Defined in image.lds.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" __attribute__((visibility("hidden"))) const char signet_variables, signet_variables_end;

namespace signet {

SIGNET_WRITTEN_ONCE constinit ProcessMemory process_memory;

namespace {

// All variables but large buffers, and the arena's first memory. One call gets the pages, instead
// of a fault for each of them. Old kernels do not know the advice.
void PopulateVariables() {
  const uint64_t start = PageDown(std::bit_cast<uint64_t>(&signet_variables));
  const uint64_t end = PageUp(std::bit_cast<uint64_t>(&signet_variables_end));
  sys::Advise(start, end - start, MADV_POPULATE_WRITE);
}

// What start.S jumps to.
struct JumpTarget {
  uint64_t address;
  uint64_t rdx;  // psABI: a function for atexit, or 0
};
struct Handover {
  uint64_t* stack;
  JumpTarget* target;
};

static_assert(offsetof(JumpTarget, address) == 0 && offsetof(JumpTarget, rdx) == 8);

Handover HandOverTo(const Process& process, uint64_t address, uint64_t rdx) {
  return {process.startup.stack, ArenaNew<JumpTarget>(address, rdx)};
}

Searcher* NewSearcher(Process& process) {
  const auto* platform = std::bit_cast<const char*>(process.startup.AuxValue(AT_PLATFORM));
  const SearchOptions options = {
      process.options.library_path, platform != nullptr ? platform : std::string_view{},
      process.options.inhibit_cache, process.startup.secure, process.options.highest_level};
  return ArenaNew<Searcher>(options, process.diagnostics, process.open_files);
}

[[noreturn]] void ListAndExit(const Process& process) {
  ListModules(process);
  sys::Exit(0);
}

void PublishFirstModules(Process& process) {
  List<Module*> order;
  order.Reserve(process.modules.size() + 1);
  order.Add(process.program);
  if (process.vdso != nullptr) order.Add(process.vdso);
  for (Module* module : process.modules) {
    module->opened.is_global = true;
    module->unload.stays = true;
    process.searcher->SplitLists(*module);
    if (module != process.program) order.Add(module);
  }
  PublishModules(order);
}

void ProtectAllRelro(Process& process) {
  if (process.stand_in != nullptr) CloseStandIn(process);
  for (Module* module : process.modules) (void)ProtectRelro(process.diagnostics, *module);
}

// A static program has no libraries: the loader is the only other module.
void LoadLibraries(Process& process) {
  if (process.program->IsStaticProgram()) {
    process.modules.Add(process.program);
    process.modules.Add(process.loader);
    return;
  }
  LoadClosure(process);
  process.timer.Done("load");
}

const Relocator* Link(Process& process) {
  CheckVersions(process, process.modules);  // adopted modules' versions are known now
  process.diagnostics.StopOnErrors();
  CheckIsaLevelsOfStart(process);
  auto* relocator = ArenaNew<Relocator>(process, process.modules, process.modules);
  relocator->Apply();                  // everything that needs no code to run
  process.diagnostics.StopOnErrors();  // no resolver runs in a half-linked process
  process.timer.Done("relocate");
  relocator->BindLibraryIfuncs();  // resolvers may use anything but IFUNCs
  relocator->Copy();               // takes values out of libraries that are finished
  relocator->BindProgramIfuncs();  // the program's resolvers may look at what it copied
  relocator->Rebind();             // adopted modules see what the program and its libraries define
  // From here on no reference is bound.
  FillStaticTls(process, ThreadPointer());  // initial values may be relocated
  if (process.stand_in != nullptr) {
    FillStaticTls(process, process.stand_in->tls_end);  // for threads to come
    FindLoadLock(process);
    FindThreadLists(process);
  }
  PublishFirstModules(process);
  ShowToDebuggers(process);  // writes DT_DEBUG, which may be in RELRO
  FindLibcFunctions(process);
  FindRootRegions(process);
  ProtectAllRelro(process);  // everything in it is written now, the loader's own included
  process.diagnostics.StopOnErrors();
  // From here on the loader writes to no module, and not to the first half of `process`.
  OrderConstructors(process, process.modules, process.init_order);
  process.timer.Done("bind");
  return relocator;
}

// The passes after libc is relocated, or, without a libc, after the closure is loaded.
void LinkAndSeal(Process& process) {
  const bool is_static = process.program->IsStaticProgram();
  const Relocator* relocator = is_static ? nullptr : Link(process);  // a static one links itself
  if (is_static) (void)ProtectRelro(process.diagnostics, *process.loader);
  AllowExecutableStack(process);
  process.diagnostics.StopOnErrors();
  // From here on no protection of a module's memory changes, except that a static program closes
  // its RELRO.
  const bool is_undisturbed =
      relocator == nullptr || (!relocator->has_foreign_resolvers() && IsRuntimeInOnePlace(process));
  const SealResult sealed = SealProcess(process, is_undisturbed);
  process.timer.Done("seal");
  // From here on sealed memory cannot be changed.
  ReportStats(process, relocator, sealed);
  if (process.options.stop) sys::StopSelf();  // sealed, and no constructor of the program has run
  if (process.options.verify) VerifySeals(process);
  if (!is_static) RunPreinit(process);  // a static program runs its own, once it is relocated
}

Handover EnterProgram(Process& process, uint64_t rdx) {
  RunConstructors(process, process.init_order);
  // A static program closes its RELRO itself, once it runs.
  if (process.program->IsStaticProgram()) WatchRelro(process);
  return HandOverTo(process, process.program->map.entry, rdx);
}

}  // namespace
}  // namespace signet

// _start passes the kernel's stack. Ends in a jump to libc's interpreter, or to the program.
extern "C" __attribute__((visibility("hidden"))) signet::Handover signet_start(uint64_t* stack) {
  using namespace signet;
  PopulateVariables();
  Process& process = *new (&TheProcess()) Process(*ArenaNew<LinkState>());
  process.startup = ReadStack(stack);
  if (process.startup.secure) OpenStandardFiles();  // before anything is opened or printed
  if (process.startup.Environment("LD_SHOW_AUXV") != nullptr) ShowAuxv(process.startup);
  process.options = ReadOptions(process.startup);  // leaves the stack as the program will see it
  process.diagnostics.SetTopics(process.options.trace_topics);
  process.timer.Start(process.options.stats);
  BeginServices(process);
  DescribeSelf(process);
  DescribeVdso(process);
  GuessLowestMapping(process);
  process.searcher = NewSearcher(process);
  if (process.startup.argc() != 0) process.diagnostics.SetName(process.startup.argv[0]);
  LoadProgram(process);
  process.timer.Done("map program");
  LoadLibraries(process);  // names every file that is missing before anything is linked
  if (process.options.list) ListAndExit(process);
  // From here on the start searches for no file, and maps no module.
  const bool is_static = process.program->IsStaticProgram();
  ChooseBackend(process);  // guards are among the symbols of the stand-in program, which is next
  if (process.options.verify) AnnounceAttacks(process);  // all is decided; nobody else has run
  if (!is_static) LayoutStaticTls(process);  // the thread pointer is set next: it needs the size
  if (process.interpreter != nullptr) {
    PrepareBoot(process,
                RunDestructorsAddress());  // libc first, alone: the rest is linked against it
    process.timer.Done("prepare");
    return HandOverTo(process, process.interpreter->map.entry, 0);  // goes on in signet_preinit
  }
  if (!is_static) SetThreadPointer(process);  // no libc does it; a static program does it itself
  RestoreStartup(process);
  LinkAndSeal(process);
  return EnterProgram(process, is_static ? 0 : RunDestructorsAddress());
}

// In the DT_PREINIT_ARRAY of the stand-in program: libc is relocated and can be called, and no
// constructor has run, not even libc's own. The stack is as signet_start left it; only in a secure
// process, the interpreter may have taken more variables out of the environment.
extern "C" __attribute__((visibility("hidden"))) void signet_preinit() {
  using namespace signet;
  Process& process = TheProcess();
  process.timer.Done("boot libc");
  RestoreStartup(process);
  AdoptRuntime(process);
  process.diagnostics.StopOnErrors();
  // From here on every module of the process is known, and where it is mapped.
  if (IsGuarded(process)) DefineGuards(process);  // libc is there, and nothing is bound to it yet
  process.timer.Done("adopt");
  LinkAndSeal(process);
  process.stand_in->has_linked = true;
}

// From signet_continue_entry: the constructors of the runtime have run. `rdx` is a function that
// libc's interpreter wants to be registered with atexit.
extern "C" __attribute__((visibility("hidden"))) signet::Handover signet_continue(uint64_t rdx) {
  using namespace signet;
  Process& process = TheProcess();
  // musl's interpreter knows no DT_PREINIT_ARRAY. It leaves all constructors to libc's start code,
  // which the program calls.
  if (!process.stand_in->has_linked) signet_preinit();
  return EnterProgram(process, rdx);
}

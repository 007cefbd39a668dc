// SPDX-License-Identifier: MIT
//
// The passes, in order. Each line's place has a reason, given beside it.
//
// Errors are reported by the pass that finds them; StopOnErrors is where the loader gives up, so
// that one run shows all of a pass's errors.
#include "base/page.h"
#include "base/syscall.h"
#include "loader/diagnostics.h"
#include "loader/find/searcher.h"
#include "loader/libc/boot.h"
#include "loader/link/constructors.h"
#include "loader/link/debug_list.h"
#include "loader/link/module_table.h"
#include "loader/link/relocate.h"
#include "loader/link/resolve.h"
#include "loader/link/versions.h"
#include "loader/load/closure.h"
#include "loader/load/libc_functions.h"
#include "loader/load/protection.h"
#include "loader/process.h"
#include "loader/seal/choose_backend.h"
#include "loader/seal/guards.h"
#include "loader/seal/relro_watch.h"
#include "loader/seal/seal.h"
#include "loader/seal/verify.h"
#include "loader/services/exit.h"
#include "loader/services/state.h"
#include "loader/start/listing.h"
#include "loader/start/program.h"
#include "loader/start/self.h"
#include "loader/start/stats.h"
#include "loader/tls/static_tls.h"

namespace signet {

constinit Process* the_process = nullptr;

namespace {

// The stack that linking takes, in one call instead of a fault for each page. Old kernels do not
// know the advice.
void PopulateStack(const uint64_t* stack) {
  constexpr uint64_t kSize = 5 * kPageSize;
  sys::Advise(PageDown(std::bit_cast<uint64_t>(stack)) - kSize, kSize, MADV_POPULATE_WRITE);
}

// What start.S jumps to.
struct Entry {
  uint64_t address;
  uint64_t rdx;  // psABI: a function for atexit, or 0
};
struct Handover {
  uint64_t* stack;
  Entry* entry;
};

Handover Jump(const Process& process, uint64_t address, uint64_t rdx) {
  return {process.startup.stack, ArenaNew<Entry>(address, rdx)};
}

Searcher* NewSearcher(Process& process) {
  const auto* platform = std::bit_cast<const char*>(process.startup.AuxValue(AT_PLATFORM));
  const SearchOptions options = {process.options.library_path,
                                 platform != nullptr ? platform : std::string_view{},
                                 process.options.inhibit_cache, process.startup.secure};
  return ArenaNew<Searcher>(options, process.diagnostics, process.open_files);
}

[[noreturn]] void ListAndExit(const Process& process) {
  ListModules(process);
  sys::Exit(0);
}

// The stack of the first thread, where a module demands it. Those of others are libc's to make,
// which learns of the demand from the stand-in program.
void AllowExecutableStack(Process& process) {
  for (const Module* module : process.modules) {
    if (!module->DemandsExecutableStack()) continue;
    if (process.diagnostics.Traces(kTraceFiles)) {
      Line() << "ld-signet: files: " << module->path
             << ": the stack is writable and executable, as the file demands";
    }
    const uint64_t page = PageDown(std::bit_cast<uint64_t>(process.startup.stack));
    if (const long result =
            sys::Protect(page, kPageSize, PROT_READ | PROT_WRITE | PROT_EXEC | PROT_GROWSDOWN);
        sys::Failed(result)) {
      process.diagnostics.LoadErrno(module->path,
                                    "cannot enable executable stack as shared object requires",
                                    sys::Errno(result));
    }
    return;
  }
}

// The last passes are the same for every program.
Handover Finish(Process& process, const Relocator* relocator, uint64_t rdx) {
  AllowExecutableStack(process);
  process.diagnostics.StopOnErrors();
  const SealResult sealed = SealProcess(process);  // nothing can be tightened afterwards
  process.timer.Done("seal");
  ReportStats(process, relocator, sealed);
  if (process.options.stop) sys::StopSelf();  // sealed, and no code of the program has run
  if (process.options.verify_fd >= 0) VerifySeals(process);
  RunPreinit(process);
  RunConstructors(process, process.init_order);
  return Jump(process, process.program->map.entry, rdx);
}

void PublishFirstModules(Process& process) {
  List<Module*> order;
  order.Reserve(process.modules.size() + 1);
  order.Add(process.program);
  if (process.vdso != nullptr) order.Add(process.vdso);
  for (Module* module : process.modules) {
    module->opened.is_global = true;
    if (module != process.program) order.Add(module);
  }
  PublishModules(order);
}

Handover Link(Process& process, uint64_t rdx) {
  CheckVersions(process, process.modules);  // adopted modules' versions are known now
  process.diagnostics.StopOnErrors();
  auto* relocator = ArenaNew<Relocator>(process, process.modules, process.modules);
  relocator->Apply();                  // all that needs no code to run
  process.diagnostics.StopOnErrors();  // no resolver runs in a half-linked process
  process.timer.Done("relocate");
  relocator->BindLibraryIfuncs();  // resolvers may use anything but IFUNCs
  relocator->Copy();               // takes values out of libraries that are finished
  relocator->BindProgramIfuncs();  // the program's resolvers may look at what it copied
  relocator->Rebind();             // adopted modules see what the program and its libraries define
  FillStaticTls(process, ThreadPointer());  // initial values may be relocated
  if (process.stand_in != nullptr) {
    FillStaticTls(process, process.stand_in->tls_end);  // for threads to come
    CloseStandIn(process.diagnostics, *process.stand_in);
  }
  PublishFirstModules(process);
  PublishDebug(process);  // writes DT_DEBUG, which is about to be read-only
  for (Module* module : process.modules) {
    if (module != process.loader) (void)ProtectRelro(process.diagnostics, *module);
  }
  process.diagnostics.StopOnErrors();
  FindLibcFunctions(process);
  OrderConstructors(process, process.modules, process.init_order);
  process.timer.Done("bind");
  return Finish(process, relocator, rdx);
}

}  // namespace
}  // namespace signet

// From _start: the kernel's stack. Ends in a jump to libc's interpreter, or to the program.
extern "C" __attribute__((visibility("hidden"))) signet::Handover signet_start(uint64_t* stack) {
  using namespace signet;
  PopulateStack(stack);
  auto& process = *(the_process = ArenaNew<Process>());
  process.startup = ReadStack(stack);
  process.options = ReadOptions(process.startup);  // leaves the stack as the program is to see it
  process.diagnostics.SetTopics(process.options.trace_topics);
  process.timer.Start(process.options.stats);
  BeginServices(process);
  DescribeSelf(process);
  DescribeVdso(process);
  process.searcher = NewSearcher(process);
  if (process.startup.argc() != 0) process.diagnostics.SetName(process.startup.argv[0]);
  LoadProgram(process);
  process.timer.Done("map program");
  if (process.program->IsStaticProgram()) {
    if (process.options.list) ListAndExit(process);
    process.modules.Add(process.program);
    process.modules.Add(process.loader);
    ChooseBackend(process);
    RestoreStartup(process);
    const Handover handover = Finish(process, nullptr, 0);  // it relocates itself
    WatchRelro(process);                                    // and its RELRO is sealed then
    return handover;
  }
  LoadClosure(process);  // every file that is missing or broken is named before anything is linked
  process.timer.Done("load");
  if (process.options.list) ListAndExit(process);
  ChooseBackend(process);    // what stands in for libc's functions must be known to its interpreter
  LayoutStaticTls(process);  // its size must be known before libc sets the thread pointer
  if (process.interpreter == nullptr) {
    SetThreadPointer(process);
    RestoreStartup(process);
    return Link(process, FiniAddress());
  }
  PrepareBoot(process, FiniAddress());  // libc first, alone: everything else is linked against it
  process.timer.Done("prepare");
  return Jump(process, process.interpreter->map.entry, 0);
}

// From signet_continue_entry: libc is up. `rdx` is what its interpreter wants to be registered with
// atexit. The stack is as signet_start left it, but for variables that the interpreter has taken
// out of the environment of a secure process.
extern "C" __attribute__((visibility("hidden"))) signet::Handover signet_continue(uint64_t rdx) {
  using namespace signet;
  Process& process = *the_process;
  process.timer.Done("boot libc");
  RestoreStartup(process);
  AdoptRuntime(process);
  process.diagnostics.StopOnErrors();
  if (IsGuarded(process)) DefineGuards(process);  // libc is there, and nothing is bound to it yet
  process.timer.Done("adopt");
  return Link(process, rdx);
}

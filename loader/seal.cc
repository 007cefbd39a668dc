// SPDX-License-Identifier: MIT
#include "loader/seal.h"

#include "loader/libc_boot.h"
#include "loader/program.h"
#include "loader/report.h"
#include "loader/sys/syscall.h"
#include "sealer/kernel.h"
#include "sealer/ledger.h"
#include "sealer/plan.h"

namespace signet {
namespace {

class ProcessSealer {
 public:
  explicit ProcessSealer(const Process& process)
      : process_(process), kinds_(process.options.seal_kinds) {}

  SealResult Run() {
    Plan();
    SealResult result;
    result.backend = SealByKernel(entries_);
    for (const signet_ledger_entry& entry : entries_) {
      if (entry.backend == SIGNET_BACKEND_KERNEL) result.sealed_bytes += entry.end - entry.start;
      if (Tracing(kTraceSeal)) Trace(entry);
    }
    if (process_.options.require_kernel) CheckRequired();
    PublishLedger(modules_, entries_, result.backend, kinds_);
    return result;
  }

 private:
  void Plan() {
    for (const Module* module : process_.modules) PlanOne(*module);
    if (const Module* vdso = process_.vdso) {
      PlanVdso(AddModule(*vdso), vdso->start, vdso->end, kinds_, entries_);
    }
    if (const StandIn* stand_in = process_.stand_in) {
      modules_.Add({stand_in->start, stand_in->end, process_.program->image.load_bias(), "",
                    "stand-in program", SIGNET_ORIGIN_STAND_IN});
      PlanRange(static_cast<uint32_t>(modules_.size() - 1), SIGNET_KIND_RELRO,
                stand_in->surplus_end, stand_in->end, kinds_, entries_);
    }
  }

  void PlanOne(const Module& module) {
    const bool self_relocating = module.origin == SIGNET_ORIGIN_PROGRAM && IsStatic(module);
    PlanModule({AddModule(module), module.start, module.image.load_bias(), module.image.phdrs(),
                module.relro_start, module.relro_end, self_relocating},
               kinds_, entries_);
  }

  uint32_t AddModule(const Module& module) {
    std::string_view name = module.soname();
    if (const size_t slash = name.rfind('/'); slash < name.size()) name.remove_prefix(slash + 1);
    modules_.Add(
        {module.start, module.end, module.image.load_bias(), module.path, name, module.origin});
    return static_cast<uint32_t>(modules_.size() - 1);
  }

  void Trace(const signet_ledger_entry& entry) const {
    Line line;
    line << "ld-signet: seal: " << Hex{entry.start, 12} << "-" << Hex{entry.end, 12} << " "
         << KindName(static_cast<signet_kind>(entry.kind)) << " of " << modules_[entry.module].name
         << ": ";
    switch (entry.reason) {
      case SIGNET_REASON_SEALED:
        line << "sealed";
        break;
      case SIGNET_REASON_NOT_SELECTED:
        line << "not selected";
        break;
      case SIGNET_REASON_SELF_RELOCATED:
        line << "left to the static program, which relocates it itself";
        break;
      default:
        line << "not sealed: ";
        line << ErrnoText{entry.error};
        break;
    }
  }

  void CheckRequired() const {
    for (const signet_ledger_entry& entry : entries_) {
      if (entry.reason == SIGNET_REASON_NO_MSEAL)
        Fatal("--require=kernel: this kernel has no mseal", kExitCannotRun);
      if (entry.reason != SIGNET_REASON_REFUSED) continue;
      {
        Line line;
        line << "ld-signet: --require=kernel: mseal of " << Hex{entry.start} << "-"
             << Hex{entry.end} << " (" << KindName(static_cast<signet_kind>(entry.kind)) << " of "
             << modules_[entry.module].name << ") failed: ";
        line << ErrnoText{entry.error};
      }
      sys::Exit(kExitCannotRun);
    }
  }

  const Process& process_;
  uint32_t kinds_;
  List<LedgerModule> modules_;
  LedgerEntries entries_;
};

}  // namespace

SealResult SealProcess(const Process& process) { return ProcessSealer(process).Run(); }

}  // namespace signet

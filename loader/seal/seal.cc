// SPDX-License-Identifier: MIT
#include "loader/seal/seal.h"

#include <errno.h>

#include <algorithm>

#include "base/page.h"
#include "base/scratch.h"
#include "base/syscall.h"
#include "elf/property.h"
#include "loader/diagnostics.h"
#include "loader/libc/boot.h"
#include "loader/link/module_table.h"
#include "loader/loader_lock.h"
#include "loader/seal/choose_backend.h"
#include "sealer/backend/guard.h"
#include "sealer/backend/mseal.h"
#include "sealer/backend/seccomp.h"
#include "sealer/ledger.h"
#include "sealer/plan.h"
#include "sealer/plan_vdso.h"
#include "sealer/program_seals.h"
#include "sealer/sealed_ranges.h"

namespace signet {
namespace {

// All that was ever planned: the ledger as it grows.
struct Book {
  List<LedgerModule> modules;
  LedgerEntries entries;  // settled
  LedgerEntries planned;
  size_t planned_modules = 0;  // so many modules, the last ones, belong to the planned entries
  signet_backend backend = SIGNET_BACKEND_NONE;
};

constinit Book book;

class Planner {
 public:
  explicit Planner(const Process& process)
      : process_(process), kinds_(process.options.seal_kinds) {}

  void Plan(std::span<Module* const> modules) {
    for (const Module* module : modules) PlanOne(*module);
  }

  void PlanKernelAndStandIn() {
    if (const Module* vdso = process_.vdso) {
      PlanVdso(AddModule(*vdso), vdso->map.start, vdso->map.end, kinds_, book.planned);
    }
    if (const StandIn* stand_in = process_.stand_in) {
      book.modules.Add({stand_in->start, stand_in->end, process_.program->map.image.load_bias(), "",
                        "stand-in program", SIGNET_ORIGIN_STAND_IN});
      ++book.planned_modules;
      PlanRange(static_cast<uint32_t>(book.modules.size() - 1), SIGNET_KIND_RELRO, stand_in->start,
                stand_in->end, kinds_, book.planned);
    }
  }

 private:
  // What came by dlopen and may be unloaded, or by --dlopen-seal=never.
  bool IsLeftUnsealed(const Module& module) const {
    if (process_.options.dlopen_seal == DlopenSeal::kNever) return !book.entries.empty();
    return module.unload.IsRemovable();
  }

  void PlanOne(const Module& module) {
    const size_t first = book.planned.size();
    const bool self_relocating = module.IsStaticProgram();
    PlanModule({AddModule(module), module.map.start, module.map.image.load_bias(),
                module.map.image.phdrs(), module.map.relro_start, module.map.relro_end,
                self_relocating, IsLeftOut(module), module.map.text_anonymous},
               kinds_, book.planned);
    if (!IsLeftUnsealed(module)) return;
    for (size_t i = first; i < book.planned.size(); ++i) {
      uint16_t& reason = book.planned[i].reason;
      if (reason == SIGNET_REASON_SEALED) reason = SIGNET_REASON_DLOPENED;
    }
  }

  // The mark is a page of the file that nothing else may need: it is read where it counts. No
  // linker marks the loader, which is never left out.
  bool IsLeftOut(const Module& module) const {
    return (kinds_ & SIGNET_MARKED_ONLY) != 0 && module.origin != SIGNET_ORIGIN_LOADER &&
           !elf::HasMemorySeal(module.map.image);
  }

  uint32_t AddModule(const Module& module) {
    std::string_view name = module.soname();
    if (const size_t slash = name.rfind('/'); slash < name.size()) name.remove_prefix(slash + 1);
    book.modules.Add({module.map.start, module.map.end, module.map.image.load_bias(), module.path,
                      name, module.origin});
    ++book.planned_modules;
    return static_cast<uint32_t>(book.modules.size() - 1);
  }

  const Process& process_;
  uint32_t kinds_;
};

std::string_view BackendText(uint16_t backend) {
  switch (backend) {
    case SIGNET_BACKEND_GUARD:
      return "sealed by the guard";
    case SIGNET_BACKEND_SECCOMP:
      return "sealed by seccomp";
    default:
      return "not sealed";
  }
}

void Trace(const signet_ledger_entry& entry) {
  Line line;
  line << "ld-signet: seal: " << Hex{entry.start, 12} << "-" << Hex{entry.end, 12} << " "
       << KindName(static_cast<signet_kind>(entry.kind)) << " of "
       << book.modules[entry.module].name << ": ";
  switch (entry.reason) {
    case SIGNET_REASON_SEALED:
      line << "sealed";
      break;
    case SIGNET_REASON_NOT_SELECTED:
      line << "not selected";
      break;
    case SIGNET_REASON_NOT_MARKED:
      line << "module not marked";
      break;
    case SIGNET_REASON_MUTABLE:
      line << "left changeable, as the file asks";
      break;
    case SIGNET_REASON_DLOPENED:
      line << "left unsealed, as --dlopen-seal says";
      break;
    case SIGNET_REASON_SELF_RELOCATED:
      line << "left to the static program, which relocates it itself";
      break;
    case SIGNET_REASON_NOT_ASKED:
      line << BackendText(entry.backend);
      break;
    case SIGNET_REASON_NOT_WATCHED:
      line << "left to the static program, which cannot be watched";
      break;
    case SIGNET_REASON_NOT_CLOSED:
      line << "left as it is by the static program, which did not close it";
      break;
    default:
      line << BackendText(entry.backend) << ": ";
      line << ErrnoText{entry.error};
      break;
  }
}

void NoteSettled(const signet_ledger_entry& entry) {
  if (entry.backend > book.backend) book.backend = static_cast<signet_backend>(entry.backend);
  if (Tracing(kTraceSeal)) Trace(entry);
}

// Every range that is to be sealed is held by the kernel, by mseal or, where that is enough, by a
// filter.
void CheckRequired(const Process& process) {
  if (process.options.require == Requirement::kNothing) return;
  const bool is_enforced = process.options.require == Requirement::kEnforced;
  for (const signet_ledger_entry& entry : book.entries) {
    if (entry.reason == SIGNET_REASON_NOT_WATCHED)
      Fatal("--require: the RELRO of a static program cannot be watched", kExitCannotRun);
    const bool is_held = entry.backend == SIGNET_BACKEND_KERNEL ||
                         (is_enforced && entry.backend == SIGNET_BACKEND_SECCOMP);
    const bool is_wanted = entry.reason == SIGNET_REASON_NO_MSEAL ||
                           entry.reason == SIGNET_REASON_REFUSED ||
                           entry.reason == SIGNET_REASON_NOT_ASKED;
    if (is_held || !is_wanted) continue;
    {
      Line line;
      line << "ld-signet: --require=" << (is_enforced ? "enforced" : "kernel") << ": mseal of "
           << Hex{entry.start} << "-" << Hex{entry.end} << " ("
           << KindName(static_cast<signet_kind>(entry.kind)) << " of "
           << book.modules[entry.module].name << ") ";
      if (entry.error != 0) {
        line << "failed: ";
        line << ErrnoText{entry.error};
      } else {
        line << "was not asked for, and no filter holds it";
      }
    }
    sys::Exit(kExitCannotRun);
  }
}

// Why mseal does not hold the ranges, where it is not what is to hold them.
signet_reason WhyNotByMseal(const Process& process) {
  return process.mseal_error == 0        ? SIGNET_REASON_NOT_ASKED
         : process.mseal_error == ENOSYS ? SIGNET_REASON_NO_MSEAL
                                         : SIGNET_REASON_REFUSED;
}

void LeaveUnsealed(signet_reason reason, int error) {
  SortByAddress(book.planned);
  for (signet_ledger_entry& entry : book.planned) {
    if (entry.reason != SIGNET_REASON_SEALED) continue;
    entry.reason = static_cast<uint16_t>(reason);
    entry.error = static_cast<uint16_t>(error);
  }
}

// Without a filter the ledger remains.
[[gnu::cold]] void FilterPlanned(const Process& process) {
  const Module& program = *process.program;
  const bool is_fixed = program.map.fixed_address;
  const int error =
      SealBySeccomp(book.planned, is_fixed ? program.map.start : 0, is_fixed ? program.map.end : 0);
  if (error == 0) return;
  const bool is_required =
      process.options.require == Requirement::kEnforced && book.entries.empty();
  if (!is_required && !Tracing(kTraceSeal)) return;
  {
    Line line;
    line << "ld-signet: " << (is_required ? "--require=enforced" : "seal")
         << ": no filter by seccomp: ";
    line << ErrnoText{error};
  }
  if (is_required && process.backend == SIGNET_BACKEND_SECCOMP) sys::Exit(kExitCannotRun);
}

void SealByBackend(const Process& process) {
  if (IsByMseal(process)) {
    SealByMseal(book.planned);
  } else if (IsGuarded(process)) {
    SealByGuard(book.planned, WhyNotByMseal(process), process.mseal_error);
  } else {
    LeaveUnsealed(WhyNotByMseal(process), process.mseal_error);
  }
  if (process.backend == SIGNET_BACKEND_SECCOMP || process.options.also_seccomp)
    FilterPlanned(process);
}

// As the ledger tells them.
uint32_t SelectedKinds(const Process& process) {
  return process.options.seal_kinds | (HasFilter() ? SIGNET_FILTERED : 0);
}

// The ledger with what the program has sealed by itself. Not in the arena: a signal handler may
// seal.
void PublishWithProgramSeals(const Process& process, size_t own_count) {
  const size_t entry_count = 2 * (book.entries.size() + own_count) + 1;
  const size_t module_count = book.modules.size() + 1;
  const Scratch<SealedRange> own(own_count);
  const Scratch<signet_ledger_entry> entries(entry_count);
  const Scratch<LedgerModule> modules(module_count);
  if (own.first() == nullptr || entries.first() == nullptr || modules.first() == nullptr) return;
  const size_t seen = CopySealed(kByProgram, {own.first(), own_count});
  std::copy(book.modules.begin(), book.modules.end(), modules.first());
  modules.first()[module_count - 1] = {0, 0, 0, "", "", SIGNET_ORIGIN_OWN};
  const signet_backend backend = IsGuarded(process) ? SIGNET_BACKEND_GUARD : SIGNET_BACKEND_KERNEL;
  const size_t count =
      MergeProgramSeals(book.entries, {own.first(), seen < own_count ? seen : own_count},
                        static_cast<uint32_t>(module_count - 1), backend, entries.first());
  if (backend > book.backend) book.backend = backend;
  PublishLedger({modules.first(), module_count}, {entries.first(), count}, book.backend,
                SelectedKinds(process));
}

void Publish(const Process& process) {
  if (const size_t own_count = CopySealed(kByProgram, {})) {
    PublishWithProgramSeals(process, own_count);
  } else {
    PublishLedger(book.modules, book.entries, book.backend, SelectedKinds(process));
  }
}

// The seal itself. Success is 0.
long SealByBackendInForce(const Process& process, uint64_t start, uint64_t size,
                          unsigned long flags) {
  if (IsGuarded(process)) return SealMemory(start, size, flags);
  if (!IsByMseal(process)) return -ENOSYS;
  const long result = sys::Call(sys::kSysMseal, start, size, flags);
  if (result != 0 || size == 0) return result;
  const SealedRange range = {start, start + PageUp(size), kByProgram};
  (void)AddSealed({&range, 1});  // for the record only
  return 0;
}

void Forget(const Module& module) {
  size_t number = 0;
  while (number < book.modules.size() && book.modules[number].start != module.map.start) ++number;
  if (number == book.modules.size()) return;
  for (size_t i = number + 1; i < book.modules.size(); ++i) book.modules[i - 1] = book.modules[i];
  book.modules.Truncate(book.modules.size() - 1);
  size_t kept = 0;
  for (const signet_ledger_entry& entry : book.entries) {
    if (entry.module == number) continue;
    book.entries[kept] = entry;
    if (entry.module > number) --book.entries[kept].module;
    ++kept;
  }
  book.entries.Truncate(kept);
}

}  // namespace

long SealForProgram(const Process& process, uint64_t start, uint64_t size, unsigned long flags) {
  if (const long result = SealByBackendInForce(process, start, size, flags); result != 0)
    return result;
  if (size == 0 || book.entries.empty() || !loader_lock.AcquireIfFree()) return 0;
  Publish(process);
  loader_lock.Release();
  return 0;
}

bool IsSealed(uint64_t start, uint64_t end) {
  for (uint64_t at = start; at < end;) {
    signet_ledger_entry entry = {};
    SealedRange range;
    if (FindPublished(at, entry) && entry.backend != SIGNET_BACKEND_NONE) {
      at = entry.end;
    } else if (FindSealed(at, at + 1, range)) {
      at = range.end;
    } else {
      return false;
    }
  }
  return true;
}

signet_backend StrongestBackend() { return book.backend; }

void PlanSeals(const Process& process, std::span<Module* const> modules) {
  Planner(process).Plan(modules);
  const size_t count = book.entries.size() + book.planned.size();
  book.entries.Reserve(count);
  // So that what is sealed after all, between two plans, needs no memory.
  if (process.options.Unloads()) book.planned.Reserve(count);
  const size_t more = process.options.Unloads() ? count : book.planned.size();
  const bool has_room = ReserveLedger(book.modules, count, book.backend) &&
                        (!IsGuarded(process) || ReserveForGuard(more) == 0);
  if (!has_room) Fatal("cannot allocate memory");
}

void PlanUnsealed(const Module& module) {
  size_t kept = 0;
  for (signet_ledger_entry& entry : book.entries) {
    if (entry.reason == SIGNET_REASON_DLOPENED && entry.start >= module.map.start &&
        entry.end <= module.map.end) {
      entry.reason = SIGNET_REASON_SEALED;
      book.planned.Add(entry);
    } else {
      book.entries[kept++] = entry;
    }
  }
  book.entries.Truncate(kept);
}

void ForgetDyingSeals(const Process& process) {
  for (const Module* module = FirstModule(); module != nullptr; module = NextModule(*module)) {
    if (module->unload.is_dying) Forget(*module);
  }
  Publish(process);
}

void ForgetPlannedSeals() {
  book.modules.Truncate(book.modules.size() - book.planned_modules);
  book.planned.Truncate(0);
  book.planned_modules = 0;
}

SealResult SealPlanned(const Process& process) {
  SealResult result;
  SealByBackend(process);
  for (const signet_ledger_entry& entry : book.planned) {
    if (entry.backend != SIGNET_BACKEND_NONE) result.sealed_bytes += entry.end - entry.start;
    NoteSettled(entry);
  }
  if (book.entries.empty()) {
    book.entries = book.planned;
    book.planned = {};
  } else {
    for (const signet_ledger_entry& entry : book.planned) book.entries.Add(entry);
    SortByAddress(book.entries);
  }
  Publish(process);
  book.planned.Truncate(0);
  book.planned_modules = 0;
  // What is sealed already cannot be unmapped: there is no way back for a dlopen, either.
  CheckRequired(process);
  return result;
}

bool AwaitsStaticRelro(const Process& process) {
  for (const signet_ledger_entry& entry : book.entries) {
    if (entry.reason != SIGNET_REASON_SELF_RELOCATED) continue;
    book.planned.Reserve(1);
    (void)ReserveLedger(book.modules, book.entries.size(), book.backend);
    if (IsByMseal(process)) return true;
    SettleStaticRelro(process, WhyNotByMseal(process), 0);
  }
  return false;
}

void SettleStaticRelro(const Process& process, signet_reason reason, uint32_t remarks) {
  for (signet_ledger_entry& entry : book.entries) {
    if (entry.reason != SIGNET_REASON_SELF_RELOCATED) continue;
    entry.reason = static_cast<uint16_t>(reason);
    entry.error = static_cast<uint16_t>(process.mseal_error);
    entry.remarks |= remarks;
    book.planned.Add(entry);
    SealByMseal(book.planned);
    entry = book.planned[0];
    book.planned.Truncate(0);
    NoteSettled(entry);
  }
  Publish(process);
  CheckRequired(process);
}

SealResult SealProcess(const Process& process) {
  book.planned.Reserve(5 * process.modules.size() + 4);
  Planner planner(process);
  planner.Plan(process.modules);
  planner.PlanKernelAndStandIn();
  return SealPlanned(process);
}

}  // namespace signet

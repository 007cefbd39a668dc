// SPDX-License-Identifier: MIT
//
// See doctor.h.
#include "tool/doctor/doctor.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <cstring>
#include <string>
#include <string_view>

#include "protocol/ledger_names.h"
#include "tool/json_text.h"
#include "tool/printable.h"

namespace signet::tool {
namespace {

// Why it is not there; empty if nobody knows.
std::string_view ErrorText(const Feature& feature) {
  if (feature.is_fatal) return "a filter ends the process: SIGSYS";
  return feature.error != 0 ? strerror(feature.error) : "";
}

std::string Words(const Feature& feature) {
  if (feature.there) return "yes";
  const std::string_view error = ErrorText(feature);
  return error.empty() ? "no" : fmt::format("no ({})", error);
}

std::string WordsOfMseal(const Machine& machine) {
  return Words(machine.mseal) +
         (machine.kernel.mseal_denied ? ": the kernel has it, a filter denies it" : "");
}

std::string Words(std::optional<bool> answer) {
  if (!answer) return "unknown";
  return *answer ? "yes" : "no";
}

std::string Words(std::optional<long> number, std::string_view missing) {
  return number ? std::to_string(*number) : std::string(missing);
}

std::string WordsOfVdso(const Machine& machine) {
  if (!machine.vdso_config) return "unknown";
  return fmt::format("{} ({})", *machine.vdso_config, machine.config_path);
}

std::string_view Sentence(signet_backend strength) {
  switch (strength) {
    case SIGNET_BACKEND_KERNEL:
      return "the kernel itself holds every seal, by mseal";
    case SIGNET_BACKEND_SECCOMP:
      return "no mseal; a filter, where it is asked for, denies what a seal would deny";
    default:
      return "neither mseal nor filters; the program's own calls into libc can be guarded";
  }
}

// A filter is only there if it is asked for.
std::string StrengthText(signet_backend strength) {
  const std::string_view also = strength == SIGNET_BACKEND_SECCOMP ? " or guard" : "";
  return fmt::format("{}{}: {}", BackendName(strength), also, Sentence(strength));
}

Json JsonOf(const Feature& feature) {
  Json json = {{"there", feature.there}};
  if (!feature.there && !ErrorText(feature).empty()) json["error"] = ErrorText(feature);
  return json;
}

template <typename T>
Json JsonOf(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

}  // namespace

void PrintMachineText(std::ostream& out, const Machine& machine) {
  const auto line = [&out](std::string_view name, std::string_view value) {
    fmt::print(out, "{:<46} {}\n", name, Printable(value));
  };
  line("kernel", machine.kernel.release);
  line("mseal", WordsOfMseal(machine));
  line("  seals are shown in smaps (sl)", Words(machine.seals_shown));
  line("  discarding sealed memory is refused", Words(machine.discards_refused));
  line("  CONFIG_MSEAL_SYSTEM_MAPPINGS", WordsOfVdso(machine));
  line("  the kernel has sealed the vdso", Words(machine.vdso_sealed));
  line("PROCMAP_QUERY", Words(machine.procmap_query));
  line("vm.max_map_count", Words(machine.max_map_count, "unknown"));
  line("seccomp filters", Words(machine.seccomp));
  line("  no_new_privs is set already", machine.no_new_privs ? "yes" : "no");
  line("  io_uring, which passes filters by", Words(machine.io_uring));
  line("Syscall User Dispatch", Words(machine.user_dispatch));
  line("protection keys", Words(machine.protection_keys));
  line("/proc/self/mem writes to read-only memory", Words(machine.memory_file));
  line("userfaultfd", Words(machine.userfaultfd));
  line("Yama's ptrace_scope", Words(machine.ptrace_scope, "no Yama"));
  fmt::print(out, "\nstrength of seals: {}\n", StrengthText(StrengthOf(machine)));
  if (machine.kernel.mseal_denied) fmt::print(out, "note: {}\n", kMsealDenied);
  if (machine.mseal.is_fatal) {
    fmt::print(out,
               "note: with the option --backend=guard, programs do not call mseal, which would end "
               "them here\n");
  }
}

void PrintMachineJson(std::ostream& out, const Machine& machine) {
  const Json json = {{"kernel", machine.kernel.release},
                     {"mseal", JsonOf(machine.mseal)},
                     {"mseal_denied", machine.kernel.mseal_denied},
                     {"seals_shown", JsonOf(machine.seals_shown)},
                     {"discards_refused", JsonOf(machine.discards_refused)},
                     {"config_mseal_system_mappings", JsonOf(machine.vdso_config)},
                     {"vdso_sealed_by_kernel", JsonOf(machine.vdso_sealed)},
                     {"procmap_query", JsonOf(machine.procmap_query)},
                     {"max_map_count", JsonOf(machine.max_map_count)},
                     {"seccomp", JsonOf(machine.seccomp)},
                     {"no_new_privs", machine.no_new_privs},
                     {"io_uring", JsonOf(machine.io_uring)},
                     {"syscall_user_dispatch", JsonOf(machine.user_dispatch)},
                     {"protection_keys", JsonOf(machine.protection_keys)},
                     {"proc_self_mem", JsonOf(machine.memory_file)},
                     {"userfaultfd", JsonOf(machine.userfaultfd)},
                     {"yama_ptrace_scope", JsonOf(machine.ptrace_scope)},
                     {"strength", BackendName(StrengthOf(machine))}};
  PrintJsonValue(out, json);
}

Result<int> Doctor(const DoctorRequest& request, std::ostream& out) {
  const Machine machine = InspectMachine();
  if (request.json) {
    PrintMachineJson(out, machine);
  } else {
    PrintMachineText(out, machine);
  }
  out.flush();
  if (!out) return Error{"cannot write the report"};
  return 0;
}

}  // namespace signet::tool

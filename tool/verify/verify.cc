// SPDX-License-Identifier: MIT
//
// See verify.h.
#include "tool/verify/verify.h"

#include <fmt/format.h>

#include <utility>

#include "tool/kernel_info.h"
#include "tool/process/frozen_process.h"
#include "tool/process/loader_child.h"
#include "tool/process/loader_command.h"
#include "tool/verify/attack_data.h"
#include "tool/verify/print_verify.h"
#include "tool/verify/verify_report.h"

namespace signet::tool {

namespace {

constexpr std::string_view kBefore = "its seals were attacked";

// Lets the program run and stops it for good wherever it is then. One of its threads attacks.
Result<AttackData> AttackAfterARun(LoaderChild& child, const ProcessReader& process,
                                   const SealsWanted& wanted, const VerifyRequest& request) {
  Result<Snapshot> before = ReadSeals(process);
  if (!before.ok()) return before.error();
  child.Continue();
  const bool at_its_stop = request.time.kind == AttackTime::Kind::kAtItsStop;
  const auto limit = at_its_stop ? std::nullopt : std::optional(request.time.seconds);
  if (const auto failure = child.WaitWhileItRuns(limit, kBefore)) return *failure;
  const Result<FrozenProcess> frozen = FrozenProcess::Freeze(child.pid());
  if (!frozen.ok()) {
    const auto ended = child.WaitWhileItRuns(std::chrono::seconds(0), kBefore);
    return ended ? *ended : frozen.error();
  }
  const std::string& name = request.program.front();
  if (!HasBlock(process, wanted))
    return Error{fmt::format("{}: it executed another program before {}", name, kBefore)};
  if (const auto failure = frozen->Call(wanted.entry, wanted.stack, name)) return *failure;
  const Result<ProcessReader> thread = ProcessReader::Open(frozen->thread());
  if (!thread.ok()) return thread.error();
  Result<AttackData> data = ReadAttackData(*thread, wanted);
  if (data.ok()) data->before = std::move(*before);
  return data;
}

Result<AttackData> Attack(LoaderChild& child, const VerifyRequest& request) {
  if (const auto failure = child.WaitUntilStopped(kBefore)) return *failure;
  // No code of the program has run yet. If it executes another program, this reader loses its
  // memory.
  const Result<ProcessReader> process = ProcessReader::Open(child.pid());
  if (!process.ok()) return process.error();
  const Result<SealsWanted> wanted = ReadSealsWanted(*process);
  if (!wanted.ok()) return wanted.error();
  child.Continue();
  if (const auto failure = child.WaitUntilStopped(kBefore)) return *failure;
  if (request.time.is_after_a_run()) return AttackAfterARun(child, *process, *wanted, request);
  return ReadAttackData(*process, *wanted);
}

}  // namespace

Result<int> Verify(const VerifyRequest& request, std::ostream& out) {
  std::vector<std::string> options = {request.time.is_after_a_run() ? "--verify-later"
                                                                    : "--verify"};
  options.insert(options.end(), request.loader_options.begin(), request.loader_options.end());
  const auto command = LoaderCommand(options, request.program);
  if (!command.ok()) return command.error();
  Result<LoaderChild> child = LoaderChild::Start(*command, request.program.front());
  if (!child.ok()) return child.error();
  Result<AttackData> data = Attack(*child, request);
  if (!data.ok()) return data.error();
  data->time = request.time;

  const VerifyReport report = BuildVerifyReport(*data);
  const KernelInfo kernel = GetKernelInfo();
  if (request.json) {
    PrintVerifyJson(out, report, request.program.front(), kernel);
  } else {
    PrintVerifyText(out, report, request.program.front(), kernel);
  }
  out.flush();
  if (!out) return Error{"cannot write the report"};
  if (report.breach_count() != 0) return kExitBreach;
  if (report.total.tried == 0)
    return Error{request.program.front() + ": nothing is meant to be sealed, so nothing was tried"};
  return 0;
}

}  // namespace signet::tool

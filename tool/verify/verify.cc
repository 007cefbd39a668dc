// SPDX-License-Identifier: MIT
//
// See verify.h.
#include "tool/verify/verify.h"

#include "tool/kernel_info.h"
#include "tool/process/loader_child.h"
#include "tool/process/loader_command.h"
#include "tool/verify/attack_data.h"
#include "tool/verify/print_verify.h"
#include "tool/verify/verify_report.h"

namespace signet::tool {

namespace {

Result<AttackData> Attack(LoaderChild& child) {
  constexpr std::string_view kBefore = "its seals were attacked";
  if (const auto failure = child.WaitUntilStopped(kBefore)) return *failure;
  // No code of the program has run yet. If it executes another program, this reader loses its
  // memory.
  const Result<ProcessReader> process = ProcessReader::Open(child.pid());
  if (!process.ok()) return process.error();
  const Result<SealsWanted> wanted = ReadSealsWanted(*process);
  if (!wanted.ok()) return wanted.error();
  child.Continue();
  if (const auto failure = child.WaitUntilStopped(kBefore)) return *failure;
  return ReadAttackData(*process, *wanted);
}

}  // namespace

Result<int> Verify(const VerifyRequest& request, std::ostream& out) {
  std::vector<std::string> options = {"--verify"};
  options.insert(options.end(), request.loader_options.begin(), request.loader_options.end());
  const auto command = LoaderCommand(options, request.program);
  if (!command.ok()) return command.error();
  Result<LoaderChild> child = LoaderChild::Start(*command, request.program.front());
  if (!child.ok()) return child.error();
  const Result<AttackData> data = Attack(*child);
  if (!data.ok()) return data.error();

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

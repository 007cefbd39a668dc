// SPDX-License-Identifier: MIT
//
// See dump.h.
#include "tool/dump/dump.h"

#include "tool/dump/print.h"
#include "tool/dump/report.h"
#include "tool/kernel_info.h"
#include "tool/process/loader_child.h"
#include "tool/process/loader_command.h"
#include "tool/process/process_reader.h"
#include "tool/process/snapshot.h"

namespace signet::tool {
namespace {

Result<int> DumpProcess(pid_t pid, bool json, std::ostream& out) {
  const Result<ProcessReader> process = ProcessReader::Open(pid);
  if (!process.ok()) return process.error();
  const Result<Snapshot> snapshot = TakeSnapshot(*process);
  if (!snapshot.ok()) return snapshot.error();

  const Report report = BuildReport(*snapshot);
  const KernelInfo kernel = GetKernelInfo();
  if (json) {
    PrintJson(out, report, kernel);
  } else {
    PrintText(out, report, kernel, WantsColour());
  }
  out.flush();
  if (!out) return Error{"cannot write the report"};
  return report.differences.empty() ? 0 : kExitDifference;
}

}  // namespace

Result<int> Dump(const DumpRequest& request, std::ostream& out) {
  if (request.pid) return DumpProcess(*request.pid, request.json, out);

  std::vector<std::string> options = {"--stop"};
  options.insert(options.end(), request.loader_options.begin(), request.loader_options.end());
  const auto command = LoaderCommand(options, request.program);
  if (!command.ok()) return command.error();
  Result<LoaderChild> child = LoaderChild::Start(*command, request.program.front());
  if (!child.ok()) return child.error();
  if (const auto failure = child->WaitUntilStopped("it was linked")) return *failure;
  return DumpProcess(child->pid(), request.json, out);
}

}  // namespace signet::tool

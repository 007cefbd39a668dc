// SPDX-License-Identifier: MIT
//
// See verify.h.
#include "tool/verify/verify.h"

#include "tool/kernel_info.h"
#include "tool/process/loader_child.h"
#include "tool/process/loader_command.h"
#include "tool/verify/attack_stream.h"
#include "tool/verify/print_verify.h"
#include "tool/verify/verify_report.h"

namespace signet::tool {

Result<int> Verify(const VerifyRequest& request, std::ostream& out) {
  std::vector<std::string> options = {"--verify", std::to_string(kReportDescriptor)};
  options.insert(options.end(), request.loader_options.begin(), request.loader_options.end());
  const auto command = LoaderCommand(options, request.program);
  if (!command.ok()) return command.error();
  Result<LoaderChild> child =
      LoaderChild::Start(*command, request.program.front(), LoaderChild::Pipe::kForReport);
  if (!child.ok()) return child.error();
  const auto stream = child->ReadReport(kMaxAttackStream);
  if (!stream.ok()) return stream.error();
  const Result<AttackData> data = DecodeAttack(*stream);
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
  return report.breaches.empty() ? 0 : kExitBreach;
}

}  // namespace signet::tool
